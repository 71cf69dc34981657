/** How long a place stays empty after its worker has died, in milliseconds: twice as long each time, up to the last. */
const shortestMs = 100;
const longestMs = 10_000;
/** A worker that has lived for so long has not died of its beginning, in milliseconds. */
const soundMs = 30_000;
/** Workers that may die before all have listened once; one more, and it makes no sense to go on. */
const mostAtStart = 5;

export interface RosterOptions {
  readonly count: number;
  readonly clock: { now(): number; after(ms: number, run: () => void): () => void };
  /** Starts the worker of a place, the first being 1. */
  readonly start: (place: number) => void;
  /** Too many have died before all had listened. */
  readonly giveUp: () => void;
}

interface Place {
  startedAt: number;
  waitMs: number;
  hasListened: boolean;
  callOff: () => void;
}

/** The places of workers: who dies is replaced, more slowly the more often it happens. */
export class Roster {
  readonly #options: RosterOptions;
  readonly #places: Map<number, Place>;
  #diedAtStart = 0;
  #isOver = false;

  constructor(options: RosterOptions) {
    this.#options = options;
    this.#places = new Map(
      Array.from({ length: options.count }, (_, index) => [
        index + 1,
        { startedAt: 0, waitMs: shortestMs, hasListened: false, callOff: () => {} },
      ]),
    );
  }

  /** Whether every place has had a worker that listened. */
  get isComplete(): boolean {
    return [...this.#places.values()].every(({ hasListened }) => hasListened);
  }

  begin(): void {
    for (const [number, place] of this.#places) this.#start(number, place);
  }

  listens(number: number): void {
    const place = this.#places.get(number);
    if (place !== undefined) place.hasListened = true;
  }

  died(number: number): void {
    const place = this.#places.get(number);
    if (this.#isOver || place === undefined) return;
    if (!this.isComplete) this.#diedAtStart += 1;
    if (this.#diedAtStart > mostAtStart) {
      this.end();
      return this.#options.giveUp();
    }
    const { clock } = this.#options;
    if (clock.now() - place.startedAt >= soundMs) place.waitMs = shortestMs;
    place.callOff = clock.after(place.waitMs, () => this.#start(number, place));
    place.waitMs = Math.min(longestMs, 2 * place.waitMs);
  }

  /** Nobody is replaced any more. */
  end(): void {
    this.#isOver = true;
    for (const { callOff } of this.#places.values()) callOff();
  }

  #start(number: number, place: Place): void {
    place.startedAt = this.#options.clock.now();
    this.#options.start(number);
  }
}
