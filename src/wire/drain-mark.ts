/**
 * When a wire says that it has drained: each time that what waits has halved while more than the high-water mark waited,
 * and once nothing waits. Nobody who waits for room is left waiting with it.
 */
export class DrainMark {
  readonly #highWaterBytes: number;
  /** `drained` is due when the pending bytes have fallen to this; null while nothing waits. */
  #at: number | null = null;

  constructor(highWaterBytes: number) {
    this.#highWaterBytes = highWaterBytes;
  }

  /** Whether anything is waited for. */
  get isSet(): boolean {
    return this.#at !== null;
  }

  /** More was sent; so many bytes wait now. */
  grew(pendingBytes: number): void {
    if (pendingBytes > 0) this.#at ??= 0;
    if (pendingBytes > this.#highWaterBytes && this.#at === 0) this.#at = pendingBytes / 2;
  }

  /** Some of it has left; whether that is to be told. */
  shrank(pendingBytes: number): boolean {
    if (this.#at === null || pendingBytes > this.#at) return false;
    this.#at = null;
    this.grew(pendingBytes);
    return true;
  }
}
