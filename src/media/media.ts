import type { SoundKey } from '../audio/played-items.ts';

/** What a call's sound tells the session that it belongs to. All sound is 24 kHz mono. */
export interface MediaListener {
  /** The next 20 ms of what the peer says; silence where nothing came, so that the sound's time is the wall's. */
  heard(frame: Int16Array): void;
  /** So many samples of this part have been played in all. Told after each packet that held sound of it. */
  played(key: SoundKey, samples: number): void;
  /** `waitingSamples` has fallen to half a minute or less, or to zero. */
  drained(): void;
}

/** The sound of a call, as the session uses it: a microphone that never pauses, and a loudspeaker that tells how far it is. */
export interface Media {
  /** Samples that wait to be played. */
  readonly waitingSamples: number;
  /** From now on sound is heard and played, once the peer has been reached: before, no time passes. Called once. */
  begin(listener: MediaListener): void;
  /** Puts more sound of a part behind all that waits. Sound of a part that was cleared is dropped. */
  play(key: SoundKey, sound: Int16Array): void;
  /** Nothing that waits is played: the next packet is silent but for 5 ms in which the sound dies away. */
  clear(): void;
  /** Nothing is heard or played any more. Idempotent. */
  end(): void;
}
