import type { Queue } from '../events/queue.ts';

/** A queue that is kept from the start, so that nothing can be missed, and let go of where nobody takes it in the same turn. */
export class Tap<T> {
  readonly #make: () => Queue<T>;
  #isTaken = false;
  #queue: Queue<T> | null;

  constructor(make: () => Queue<T>) {
    this.#make = make;
    this.#queue = make();
    queueMicrotask(() => {
      if (!this.#isTaken) this.#queue = null;
    });
  }

  /** Null if nobody has taken it. */
  get queue(): Queue<T> | null {
    return this.#queue;
  }

  take(): Queue<T> {
    this.#isTaken = true;
    this.#queue ??= this.#make();
    return this.#queue;
  }
}
