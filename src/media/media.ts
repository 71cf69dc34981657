import type { SoundKey } from '../audio/played-items.ts';

/** What a call's sound tells the session that it belongs to. Counts are of samples at 24 kHz, whatever the sound is written in. */
export interface MediaListener<Sound = Int16Array> {
  /** The next of what the peer says; silence where nothing came, so that the sound's time is the wall's. */
  heard(sound: Sound): void;
  /** So many samples of this part have been played in all. Told while sound of it plays, every 20 ms. */
  played(key: SoundKey, samples: number): void;
  /** `waitingSamples` has fallen to half a minute or less, or to zero. */
  drained(): void;
  /** The peer of a telephone call has pressed a key: `0` to `9`, `*`, `#`, `A` to `D`. Absent where nobody wants to know. */
  pressed?(key: string): void;
}

/**
 * The sound of a call, as the session uses it: a microphone that never pauses, and a loudspeaker that tells how far it is.
 * `Sound` is 24 kHz mono where the server codes it itself.
 */
export interface Media<Sound = Int16Array> {
  /** Samples at 24 kHz that wait to be played. */
  readonly waitingSamples: number;
  /** From now on sound is heard and played, once the peer has been reached: before, no time passes. Called once. */
  begin(listener: MediaListener<Sound>): void;
  /** Puts more sound of a part behind all that waits. Sound of a part that was cleared is dropped. */
  play(key: SoundKey, sound: Sound): void;
  /** No more sound of the part follows. Absent where it makes no difference. */
  finish?(key: SoundKey): void;
  /** Nothing that waits is played: within 20 ms there is silence. */
  clear(): void;
  /** Nothing is heard or played any more. Idempotent. */
  end(): void;
}

/** How telephones write their sound, one byte a sample at 8 kHz. */
export type Coding = 'audio/pcmu' | 'audio/pcma';

/** The sound of a telephone call, in the bytes that its carrier sends and takes: nobody on the way need change one. */
export interface CodedMedia extends Media<Uint8Array> {
  readonly coding: Coding;
}
