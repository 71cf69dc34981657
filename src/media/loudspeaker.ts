import { PieceQueue } from '../audio/piece-queue.ts';
import type { SoundKey } from '../audio/played-items.ts';
import { frameSamples, sampleRate } from './codec.ts';

/** What is known of one part. */
interface Part {
  readonly key: SoundKey;
  /** Samples that wait, and those given out. */
  waiting: number;
  played: number;
  isCut: boolean;
}

/** How long sound takes to die away when it is cut, so that it does not click: 5 ms. */
const fadeSamples = (sampleRate * 5) / 1000;
/** Parts remembered; the oldest of which nothing waits are forgotten first. */
const maxParts = 64;
const nothing = new Int16Array(0);

/**
 * What a call plays, frame by frame: the sound of parts one after the other as it was given, silence where none waits.
 * A part that was cleared stays silent.
 */
export class Loudspeaker {
  readonly #queue = new PieceQueue();
  readonly #parts = new Map<string, Part>();
  /** What was cut, dying away. */
  #tail: Int16Array = nothing;

  get waitingSamples(): number {
    return this.#queue.samples;
  }

  /** Keeps the array. */
  play(key: SoundKey, samples: Int16Array): void {
    const part = this.#part(key);
    if (part.isCut) return;
    part.waiting += samples.length;
    this.#queue.add({ key, samples });
  }

  /** The next 20 ms. `played` is told how far each part has come that sounds in them. */
  frame(played: (key: SoundKey, samples: number) => void): Int16Array {
    const frame = new Int16Array(frameSamples);
    frame.set(this.#tail);
    const sounding = new Set<Part>();
    this.#fill(frame.subarray(this.#tail.length), (part, samples) => {
      part.played += samples;
      sounding.add(part);
    });
    this.#tail = nothing;
    for (const part of sounding) played(part.key, part.played);
    return frame;
  }

  /** What sounds dies away in the next frame, what waits is dropped, and so is what comes later of the parts known. */
  clear(): void {
    if (this.#tail.length === 0) {
      const tail = new Int16Array(fadeSamples);
      this.#fill(tail, () => {});
      this.#tail = tail.map((sample, at) => Math.round(sample * (1 - (at + 1) / fadeSamples)));
    }
    this.#queue.clear();
    for (const part of this.#parts.values()) {
      part.waiting = 0;
      part.isCut = true;
    }
  }

  #fill(output: Int16Array, took: (part: Part, samples: number) => void): void {
    let at = 0;
    while (at < output.length) {
      const piece = this.#queue.take(output.length - at);
      if (piece === null) return;
      output.set(piece.samples, at);
      at += piece.samples.length;
      const part = this.#part(piece.key);
      part.waiting -= piece.samples.length;
      took(part, piece.samples.length);
    }
  }

  #part(key: SoundKey): Part {
    const name = `${key.contentIndex} ${key.itemId}`;
    const known = this.#parts.get(name);
    if (known !== undefined) return known;
    const part = { key, waiting: 0, played: 0, isCut: false };
    this.#parts.set(name, part);
    this.#forget(part);
    return part;
  }

  #forget(but: Part): void {
    for (const [name, part] of this.#parts) {
      if (this.#parts.size <= maxParts) return;
      if (part.waiting === 0 && part !== but) this.#parts.delete(name);
    }
  }
}
