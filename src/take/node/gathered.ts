/** Bytes of one piece of memory, unless more come at once. */
const pieceBytes = 32_768;

/**
 * What waits to be written, copied into few large pieces: thousands of small texts and arrays that live for half a second cost
 * more to keep than to write.
 */
export class Gathered {
  #full: Uint8Array[] = [];
  #piece: Buffer | null = null;
  #used = 0;

  text(text: string): number {
    // The most that a character of a string takes.
    const piece = this.#room(text.length * 3);
    const written = piece.write(text, this.#used);
    this.#used += written;
    return written;
  }

  bytes(bytes: Uint8Array): void {
    const piece = this.#room(bytes.length);
    piece.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  /** All of it, in order; nothing waits any more. */
  take(): readonly Uint8Array[] {
    const all = this.#full;
    if (this.#piece !== null && this.#used > 0) all.push(this.#piece.subarray(0, this.#used));
    this.#full = [];
    this.#piece = null;
    this.#used = 0;
    return all;
  }

  #room(bytes: number): Buffer {
    if (this.#piece !== null && this.#piece.length - this.#used >= bytes) return this.#piece;
    if (this.#piece !== null && this.#used > 0) this.#full.push(this.#piece.subarray(0, this.#used));
    this.#piece = Buffer.allocUnsafeSlow(Math.max(pieceBytes, bytes));
    this.#used = 0;
    return this.#piece;
  }
}
