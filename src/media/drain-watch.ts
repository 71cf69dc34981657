/** `drained` is told when no more than half a minute waits, in samples at 24 kHz. */
const drainedSamples = 30 * 24_000;

/** Watches what waits to be played, and tells when little does. */
export class DrainWatch {
  #waited = 0;

  /** More has been put behind what waits. */
  grew(waiting: number): void {
    this.#waited = Math.max(this.#waited, waiting);
  }

  /** So much waits now; whether it has fallen to half a minute or less, or to nothing, since it was looked at last. */
  hasDrained(waiting: number): boolean {
    const mark = waiting === 0 ? 0 : drainedSamples;
    const hasDrained = this.#waited > mark && waiting <= mark;
    this.#waited = waiting;
    return hasDrained;
  }
}
