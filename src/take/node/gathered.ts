/** Bytes that are gathered to be written at once, in one piece of memory that is used again. */
export class Gathered {
  #piece: Buffer = Buffer.alloc(0);
  #used = 0;

  add(bytes: Uint8Array): void {
    const needed = this.#used + bytes.length;
    if (needed > this.#piece.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#piece.length));
      larger.set(this.#piece.subarray(0, this.#used));
      this.#piece = larger;
    }
    this.#piece.set(bytes, this.#used);
    this.#used = needed;
  }

  /** All of it, good until more is added; nothing is gathered any more. */
  take(): Uint8Array {
    const all = this.#piece.subarray(0, this.#used);
    this.#used = 0;
    return all;
  }
}
