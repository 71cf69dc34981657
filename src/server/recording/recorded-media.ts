import type { SoundKey } from '../../audio/played-items.ts';
import type { Media } from '../../media/media.ts';
import type { SessionRecording } from './recorder.ts';

/** Samples of one line of a recording: 100 ms. */
const lineSamples = 2400;

/** The sound of a call, with what is heard and played of it recorded. */
export function recordedMedia(media: Media, recording: () => SessionRecording | null, since: () => number): Media {
  const heard = new Gathered((samples) => recording()?.heard(since(), samples));
  const loudspeaker = new PlayedSound((samples, itemId) => recording()?.played(since(), samples, itemId));
  return {
    get waitingSamples() {
      return media.waitingSamples;
    },
    begin: (listener) =>
      media.begin({
        heard(frame) {
          heard.add(frame);
          listener.heard(frame);
        },
        played(key, samples) {
          loudspeaker.played(key, samples);
          listener.played(key, samples);
        },
        drained: () => listener.drained(),
      }),
    play(key, sound) {
      loudspeaker.queued(key, sound);
      media.play(key, sound);
    },
    clear() {
      media.clear();
      loudspeaker.cleared();
    },
    end() {
      heard.flush();
      loudspeaker.cleared();
      media.end();
    },
  };
}

/** Sound that comes in small pieces and is told of in pieces of 100 ms. */
class Gathered {
  readonly #told: (samples: Int16Array) => void;
  #pieces: Int16Array[] = [];
  #samples = 0;

  constructor(told: (samples: Int16Array) => void) {
    this.#told = told;
  }

  add(piece: Int16Array): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.#samples += piece.length;
    if (this.#samples >= lineSamples) this.flush();
  }

  flush(): void {
    if (this.#samples === 0) return;
    const all = new Int16Array(this.#samples);
    let at = 0;
    for (const piece of this.#pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    this.#pieces = [];
    this.#samples = 0;
    this.#told(all);
  }
}

/** What was given to be played, until it has been. */
class PlayedSound {
  readonly #told: (samples: Int16Array, itemId: string | null) => void;
  /** By item and part: the sound that waits, and how many samples of the part were played before it. */
  readonly #parts = new Map<string, { waiting: Int16Array[]; played: number }>();
  #item: string | null = null;
  #gathered: Gathered;

  constructor(told: (samples: Int16Array, itemId: string | null) => void) {
    this.#told = told;
    this.#gathered = new Gathered((samples) => told(samples, null));
  }

  queued(key: SoundKey, sound: Int16Array): void {
    const name = nameOf(key);
    const part = this.#parts.get(name) ?? { waiting: [], played: 0 };
    this.#parts.set(name, part);
    part.waiting.push(sound);
  }

  played(key: SoundKey, samples: number): void {
    const part = this.#parts.get(nameOf(key));
    if (part === undefined) return;
    if (this.#item !== key.itemId) this.#begin(key.itemId);
    for (let due = samples - part.played; due > 0; ) {
      const [first] = part.waiting;
      if (first === undefined) break;
      const piece = first.subarray(0, due);
      this.#gathered.add(piece.slice());
      due -= piece.length;
      if (piece.length === first.length) part.waiting.shift();
      else part.waiting[0] = first.subarray(piece.length);
    }
    part.played = samples;
  }

  /** Nothing that waits will be played. */
  cleared(): void {
    this.#gathered.flush();
    this.#parts.clear();
    this.#item = null;
  }

  #begin(itemId: string): void {
    this.#gathered.flush();
    this.#item = itemId;
    this.#gathered = new Gathered((samples) => this.#told(samples, itemId));
  }
}

function nameOf({ itemId, contentIndex }: SoundKey): string {
  return `${contentIndex} ${itemId}`;
}
