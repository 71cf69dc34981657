import { PieceQueue } from '../audio/piece-queue.ts';
import type { SoundKey } from '../audio/played-items.ts';
import { frameSamples, sampleRate } from './codec.ts';
import { type SaidPart, SaidParts } from './said-parts.ts';

/** How long sound takes to die away when it is cut, so that it does not click: 5 ms. */
const fadeSamples = (sampleRate * 5) / 1000;
const nothing = new Int16Array(0);

/**
 * What a call plays, frame by frame: the sound of parts one after the other as it was given, silence where none waits.
 * A part that was cleared stays silent.
 */
export class Loudspeaker {
  readonly #queue = new PieceQueue();
  readonly #parts = new SaidParts();
  /** What was cut, dying away. */
  #tail: Int16Array = nothing;

  get waitingSamples(): number {
    return this.#queue.samples;
  }

  /** Keeps the array. */
  play(key: SoundKey, samples: Int16Array): void {
    const part = this.#parts.of(key);
    if (part.isCut) return;
    part.waiting += samples.length;
    this.#queue.add({ key, samples });
  }

  /** The next 20 ms. `played` is told how far each part has come that sounds in them. */
  frame(played: (key: SoundKey, samples: number) => void): Int16Array {
    const frame = new Int16Array(frameSamples);
    frame.set(this.#tail);
    const sounding = new Set<SaidPart>();
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
    this.#parts.cut();
  }

  #fill(output: Int16Array, took: (part: SaidPart, samples: number) => void): void {
    let at = 0;
    while (at < output.length) {
      const piece = this.#queue.take(output.length - at);
      if (piece === null) return;
      output.set(piece.samples, at);
      at += piece.samples.length;
      const part = this.#parts.of(piece.key);
      part.waiting -= piece.samples.length;
      took(part, piece.samples.length);
    }
  }
}
