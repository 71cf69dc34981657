import { ClientError } from '../errors.ts';

interface Waiter<T> {
  resolve(result: IteratorResult<T>): void;
  reject(error: unknown): void;
}

/**
 * Values for one reader, kept until it takes them, up to a limit. Past the limit the reader gets what waits and then a
 * `ClientError` with code `events_overflowed`: nothing goes missing unnoticed.
 */
export class Queue<T> implements AsyncIterableIterator<T> {
  readonly #limit: number;
  readonly #weigh: (value: T) => number;
  readonly #onReturn: () => void;
  readonly #values: T[] = [];
  readonly #waiters: Waiter<T>[] = [];
  #weight = 0;
  #end: { readonly error: unknown } | 'plain' | null = null;

  /** `limit` is in what `weigh` counts: values, unless it says otherwise. `onReturn` is told when the reader leaves early. */
  constructor(limit: number, { weigh = () => 1, onReturn = () => {} }: QueueOptions<T> = {}) {
    this.#limit = limit;
    this.#weigh = weigh;
    this.#onReturn = onReturn;
  }

  push(value: T): void {
    if (this.#end !== null) return;
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) return waiter.resolve({ done: false, value });
    this.#weight += this.#weigh(value);
    if (this.#weight > this.#limit) return this.end(new ClientError('events_overflowed'));
    this.#values.push(value);
  }

  /** No more values come; with an error, the reader gets it after what waits. */
  end(error?: unknown): void {
    this.#end ??= error === undefined ? 'plain' : { error };
    for (const waiter of this.#waiters.splice(0)) this.#tellEnd(waiter);
  }

  next(): Promise<IteratorResult<T>> {
    return new Promise((resolve, reject) => {
      const [value] = this.#values;
      if (this.#values.length > 0 && value !== undefined) {
        this.#values.shift();
        this.#weight -= this.#weigh(value);
        resolve({ done: false, value });
      } else if (this.#end === null) {
        this.#waiters.push({ resolve, reject });
      } else {
        this.#tellEnd({ resolve, reject });
      }
    });
  }

  return(): Promise<IteratorResult<T>> {
    this.#values.length = 0;
    this.#end = 'plain';
    this.end();
    this.#onReturn();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #tellEnd({ resolve, reject }: Waiter<T>): void {
    const end = this.#end;
    if (end === 'plain' || end === null) return resolve({ done: true, value: undefined });
    // Told once; a loop that asks again finds the plain end.
    this.#end = 'plain';
    reject(end.error);
  }
}

export interface QueueOptions<T> {
  weigh?(value: T): number;
  onReturn?(): void;
}
