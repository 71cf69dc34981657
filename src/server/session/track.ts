import type { AudioFormatName } from '../../audio/node/index.ts';
import { type SoundKey, soundName } from '../../audio/played-items.ts';
import { formatName } from '../../core/audio-clock.ts';
import type { Effect } from '../../core/effect.ts';
import type { CodedMedia, Media } from '../../media/media.ts';
import type { ServerEventMap, SessionPayload } from '../../protocol/types.ts';
import { codedWay, type Microphone, type SoundWay, type Speech, samplesWay } from './sound-way.ts';

type ServerEvent = ServerEventMap[keyof ServerEventMap];

/** All sound of a call is counted at this rate. */
const sampleRate = 24_000;
/** Sound that may wait to be played before models pause, in samples: a minute. They go on at half of it. */
const mostWaiting = 60 * sampleRate;

export interface TrackListener {
  /** The next of what the peer says, in the session's input format. */
  readonly heard: (audio: Uint8Array) => void;
  /** So many samples of this part, at 24 kHz, have been played in all. */
  readonly played: (key: SoundKey, samples: number) => void;
  /** The peer has pressed this key. */
  readonly pressed: (key: string) => void;
}

/** The sound of a session's call: what its peer says becomes input, and what models say is played to it. */
export type Track = SessionTrack<Int16Array> | SessionTrack<Uint8Array>;

/** Joins a session to the sound of its call, whatever that is written in. */
export function trackOf(media: Media | CodedMedia, listener: TrackListener): Track {
  return 'coding' in media
    ? new SessionTrack(media, codedWay(media.coding), listener)
    : new SessionTrack(media, samplesWay, listener);
}

class SessionTrack<Sound extends { readonly length: number }> {
  readonly #media: Media<Sound>;
  readonly #way: SoundWay<Sound>;
  readonly #listener: TrackListener;
  /** Brings what is heard to the input format; null before the session has begun. */
  #microphone: { readonly format: AudioFormatName; readonly encode: Microphone<Sound> } | null = null;
  /** What brings the parts that are being said to what the call takes. */
  readonly #speaking = new Map<string, { readonly key: SoundKey; readonly speech: Speech<Sound> }>();
  #waiting: (() => void)[] = [];

  constructor(media: Media<Sound>, way: SoundWay<Sound>, listener: TrackListener) {
    this.#media = media;
    this.#way = way;
    this.#listener = listener;
  }

  /** Memory that the sound takes which waits to be played. */
  get bytes(): number {
    return this.#media.waitingSamples * this.#way.bytesPerSample;
  }

  /** What the session says: how its input is written, and where the sound of a part ends. */
  see(event: ServerEvent): void {
    if (event.type === 'session.created' || event.type === 'session.updated') this.#configure(event.session);
    if (event.type === 'response.output_audio.done') this.#end(event.item_id, event.content_index);
  }

  play({ itemId, contentIndex, format, audio }: Extract<Effect, { do: 'emit-audio' }>): void {
    const name = soundName({ itemId, contentIndex });
    const known = this.#speaking.get(name);
    const part = known ?? { key: { itemId, contentIndex }, speech: this.#way.speech(format) };
    if (known === undefined) this.#speaking.set(name, part);
    this.#put(part.key, part.speech.push(audio));
  }

  /** Nothing that waits is played. */
  clear(): void {
    this.#speaking.clear();
    this.#media.clear();
    this.#goOn();
  }

  /** Null while not too much waits to be played; else calls back once there is room. */
  readonly congestion = (): ((resume: () => void) => void) | null => {
    if (this.#media.waitingSamples <= mostWaiting) return null;
    return (resume) => void this.#waiting.push(resume);
  };

  stop(): void {
    this.#waiting = [];
    this.#media.end();
  }

  #configure({ audio }: SessionPayload): void {
    const format = formatName(audio?.input?.format ?? {});
    const isFirst = this.#microphone === null;
    if (format !== this.#microphone?.format) this.#microphone = { format, encode: this.#way.microphone(format) };
    if (isFirst) this.#begin();
  }

  #begin(): void {
    const { heard, played, pressed } = this.#listener;
    this.#media.begin({
      heard: (sound) => {
        const audio = this.#microphone?.encode(sound);
        if (audio !== undefined && audio.byteLength > 0) heard(audio);
      },
      played,
      drained: () => this.#goOn(),
      pressed,
    });
  }

  /** The last sound of a part comes out of what has changed it. */
  #end(itemId: string, contentIndex: number): void {
    const name = soundName({ itemId, contentIndex });
    const part = this.#speaking.get(name);
    this.#speaking.delete(name);
    if (part === undefined) return;
    this.#put(part.key, part.speech.flush());
    this.#media.finish?.(part.key);
  }

  #put(key: SoundKey, sound: Sound): void {
    if (sound.length > 0) this.#media.play(key, sound);
  }

  #goOn(): void {
    if (this.#waiting.length === 0 || this.#media.waitingSamples > mostWaiting / 2) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}
