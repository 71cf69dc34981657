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
  #isOver = false;
  /** What the reader gets after what waits; told once, a loop that asks again finds the plain end. */
  #error: unknown;

  /** `limit` is in what `weigh` counts: values, unless it says otherwise. `onReturn` is told when the reader leaves early. */
  constructor(limit: number, { weigh = () => 1, onReturn = () => {} }: QueueOptions<T> = {}) {
    this.#limit = limit;
    this.#weigh = weigh;
    this.#onReturn = onReturn;
  }

  push(value: T): void {
    if (this.#isOver) return;
    this.#values.push(value);
    this.#weight += this.#weigh(value);
    this.#serve();
    if (this.#weight <= this.#limit) return;
    this.#values.pop();
    this.end(new ClientError('events_overflowed'));
  }

  /** No more values come; with an error, the reader gets it after what waits. */
  end(error?: unknown): void {
    if (!this.#isOver) this.#error = error;
    this.#isOver = true;
    this.#serve();
  }

  next(): Promise<IteratorResult<T>> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      this.#serve();
    });
  }

  return(): Promise<IteratorResult<T>> {
    this.#values.length = 0;
    this.#error = undefined;
    this.end();
    this.#onReturn();
    return this.next();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Those who wait get what there is. */
  #serve(): void {
    const [value] = this.#values;
    const [waiter] = this.#waiters;
    if (waiter === undefined || (value === undefined && !this.#isOver)) return;
    this.#waiters.shift();
    if (value !== undefined) {
      this.#values.shift();
      this.#weight -= this.#weigh(value);
      waiter.resolve({ done: false, value });
    } else if (this.#error !== undefined) {
      waiter.reject(this.#error);
      this.#error = undefined;
    } else {
      waiter.resolve({ done: true, value });
    }
    this.#serve();
  }
}

export interface QueueOptions<T> {
  weigh?(value: T): number;
  onReturn?(): void;
}
