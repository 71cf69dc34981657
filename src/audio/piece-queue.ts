import type { SoundKey } from './played-items.ts';

/** Samples of one content part. */
export interface Piece<Samples = Int16Array> {
  readonly key: SoundKey;
  readonly samples: Samples;
}

/** A typed array, whatever a sample is in it. */
interface Slices<Samples> {
  readonly length: number;
  subarray(from: number, to: number): Samples;
}

/** Sound that waits to be played, in the order it came. Keeps the arrays themselves: nothing is copied. */
export class PieceQueue<Samples extends Slices<Samples> = Int16Array> {
  #pieces: Piece<Samples>[] = [];
  #first = 0;
  /** Samples of the first piece that are gone. */
  #gone = 0;
  #samples = 0;

  /** Samples that wait. */
  get samples(): number {
    return this.#samples;
  }

  add(piece: Piece<Samples>): void {
    if (piece.samples.length === 0) return;
    this.#pieces.push(piece);
    this.#samples += piece.samples.length;
  }

  /** The next samples, at most `most` of them and all of one part; null if none wait. */
  take(most: number): Piece<Samples> | null {
    const piece = this.#pieces[this.#first];
    if (piece === undefined) return null;
    const samples = piece.samples.subarray(this.#gone, this.#gone + most);
    this.#gone += samples.length;
    this.#samples -= samples.length;
    if (this.#gone === piece.samples.length) this.#dropFirst();
    return { key: piece.key, samples };
  }

  clear(): void {
    this.#pieces = [];
    this.#first = 0;
    this.#gone = 0;
    this.#samples = 0;
  }

  /** Moves on to the next piece; what was left behind is let go when it is half of the list. */
  #dropFirst(): void {
    this.#first += 1;
    this.#gone = 0;
    if (2 * this.#first < this.#pieces.length) return;
    this.#pieces = this.#pieces.slice(this.#first);
    this.#first = 0;
  }
}
