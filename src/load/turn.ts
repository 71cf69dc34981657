import type { LatencyName, Tally } from './tally.ts';

/** A turn of a user, and how far its answer is. */
export class Turn {
  /** When the user was to have finished, whenever that was. */
  readonly endAt: number;
  /** It began over the answer to the one before. */
  readonly speaksOver: boolean;
  /** The answer has begun, and it is the answer to this. */
  isAnswered = false;
  readonly #tally: Tally;
  readonly #told = new Set<LatencyName>();

  constructor(endAt: number, speaksOver: boolean, tally: Tally) {
    this.endAt = endAt;
    this.speaksOver = speaksOver;
    this.#tally = tally;
    tally.begun += 1;
  }

  /** Something has come for the first time. What comes before the user has finished is about something else. */
  came(name: LatencyName, at: number): boolean {
    if (at < this.endAt || this.#told.has(name)) return false;
    this.#told.add(name);
    this.#tally.latency(name, at - this.endAt);
    return true;
  }
}
