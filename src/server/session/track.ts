import {
  type AudioFormatName,
  audioFormats,
  createResampler,
  decodeSamples,
  type Resampler,
} from '../../audio/node/index.ts';
import type { SoundKey } from '../../audio/played-items.ts';
import { formatName } from '../../core/audio-clock.ts';
import type { Effect } from '../../core/effect.ts';
import type { Media } from '../../media/media.ts';
import type { ServerEventMap, SessionPayload } from '../../protocol/types.ts';
import { createSpeechEncoder, type SpeechEncoder } from './speech-encoder.ts';

type ServerEvent = ServerEventMap[keyof ServerEventMap];

/** All sound of a call has this rate. */
const sampleRate = 24_000;
/** Sound that may wait to be played before models pause, in samples: a minute. They go on at half of it. */
const mostWaiting = 60 * sampleRate;

export interface TrackOptions {
  readonly media: Media;
  /** The next of what the peer says, in the session's input format. */
  readonly heard: (audio: Uint8Array) => void;
  /** So many samples of this part, at 24 kHz, have been played in all. */
  readonly played: (key: SoundKey, samples: number) => void;
}

/** The sound of a session's call: what its peer says becomes input, and what models say is played to it. */
export class Track {
  readonly #options: TrackOptions;
  /** Brings what is heard to the input format; null before the session has begun. */
  #microphone: { readonly format: AudioFormatName; readonly encoder: SpeechEncoder } | null = null;
  /** What brings the parts that are being said to the call's rate. */
  readonly #speaking = new Map<string, { readonly key: SoundKey; readonly resampler: Resampler<Int16Array> }>();
  #waiting: (() => void)[] = [];

  constructor(options: TrackOptions) {
    this.#options = options;
  }

  /** Memory that the sound takes which waits to be played. */
  get bytes(): number {
    return this.#options.media.waitingSamples * Int16Array.BYTES_PER_ELEMENT;
  }

  /** What the session says: how its input is written, and where the sound of a part ends. */
  see(event: ServerEvent): void {
    if (event.type === 'session.created' || event.type === 'session.updated') this.#configure(event.session);
    if (event.type === 'response.output_audio.done') this.#end(event.item_id, event.content_index);
  }

  play({ itemId, contentIndex, format, audio }: Extract<Effect, { do: 'emit-audio' }>): void {
    const name = nameOf(itemId, contentIndex);
    const known = this.#speaking.get(name);
    const part = known ?? {
      key: { itemId, contentIndex },
      resampler: createResampler(audioFormats[format].sampleRate, sampleRate),
    };
    if (known === undefined) this.#speaking.set(name, part);
    this.#put(part.key, part.resampler.push(decodeSamples(audio, format)));
  }

  /** Nothing that waits is played. */
  clear(): void {
    this.#speaking.clear();
    this.#options.media.clear();
    this.#goOn();
  }

  /** Null while not too much waits to be played; else calls back once there is room. */
  readonly congestion = (): ((resume: () => void) => void) | null => {
    if (this.#options.media.waitingSamples <= mostWaiting) return null;
    return (resume) => void this.#waiting.push(resume);
  };

  stop(): void {
    this.#waiting = [];
    this.#options.media.end();
  }

  #configure({ audio }: SessionPayload): void {
    const format = formatName(audio?.input?.format ?? {});
    const isFirst = this.#microphone === null;
    if (format !== this.#microphone?.format) this.#microphone = { format, encoder: createSpeechEncoder(format) };
    if (isFirst) this.#begin();
  }

  #begin(): void {
    const { media, heard, played } = this.#options;
    media.begin({
      heard: (samples) => {
        const audio = this.#microphone?.encoder.encode({ samples, sampleRate });
        if (audio !== undefined && audio.byteLength > 0) heard(audio);
      },
      played,
      drained: () => this.#goOn(),
    });
  }

  /** The last sound of a part comes out of the resampler. */
  #end(itemId: string, contentIndex: number): void {
    const name = nameOf(itemId, contentIndex);
    const part = this.#speaking.get(name);
    this.#speaking.delete(name);
    if (part !== undefined) this.#put(part.key, part.resampler.flush());
  }

  #put(key: SoundKey, samples: Int16Array): void {
    if (samples.length > 0) this.#options.media.play(key, samples);
  }

  #goOn(): void {
    if (this.#waiting.length === 0 || this.#options.media.waitingSamples > mostWaiting / 2) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}

function nameOf(itemId: string, contentIndex: number): string {
  return `${itemId} ${contentIndex}`;
}
