/** Packets whose delays are remembered: about five seconds of sound. */
const remembered = 256;
/** How many of a hundred packets shall have come in time. */
const inTime = 0.97;
/** The estimate is made anew after so many packets; a packet later than all before counts at once. */
const everyPackets = 16;
/** The quickest way through the network is looked for in this many milliseconds, twice. */
const windowMs = 5_000;

/**
 * How unsteadily packets come. Delays are counted from the quickest packet of the last seconds, since the clocks of both
 * sides have nothing to do with each other.
 */
export class JitterEstimate {
  readonly #delays: number[] = [];
  #place = 0;
  #count = 0;
  #windowStart = Number.NEGATIVE_INFINITY;
  /** The least transit of the window before and of this one. */
  #least = { before: Number.POSITIVE_INFINITY, now: Number.POSITIVE_INFINITY };
  #neededMs = 0;

  /** Milliseconds that sound must wait so that nearly all packets come in time. */
  get neededMs(): number {
    return this.#neededMs;
  }

  /** When a packet with this media time would have come by the quickest way. Infinite before the first packet. */
  quickestMs(mediaMs: number): number {
    return mediaMs + Math.min(this.#least.before, this.#least.now);
  }

  /** A packet with this media time has come. */
  came(mediaMs: number, atMs: number): void {
    this.#turnWindow(atMs);
    this.#least.now = Math.min(this.#least.now, atMs - mediaMs);
    const delay = atMs - this.quickestMs(mediaMs);
    this.#delays[this.#place] = delay;
    this.#place = (this.#place + 1) % remembered;
    this.#count += 1;
    if (this.#count % everyPackets === 0) this.#neededMs = this.#quantile();
    else if (this.#count < everyPackets) this.#neededMs = Math.max(this.#neededMs, delay);
  }

  #turnWindow(atMs: number): void {
    if (atMs - this.#windowStart < windowMs) return;
    this.#windowStart = atMs;
    this.#least = { before: this.#least.now, now: Number.POSITIVE_INFINITY };
  }

  #quantile(): number {
    const sorted = this.#delays.toSorted((a, b) => a - b);
    return sorted[Math.floor((sorted.length - 1) * inTime)] ?? 0;
  }
}
