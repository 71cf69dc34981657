import { ClientError } from '../errors.ts';
import { mostCharacters } from './bounded.ts';

/** What a value takes beside the characters of a text: many empty ones are not for nothing. */
const pieceWeight = 8;

/**
 * Values that any number of readers get, each from the first one on, whenever it starts. Past what is kept, readers get that
 * and then a `ClientError` with code `events_overflowed`.
 */
export class Replay<T> implements AsyncIterable<T> {
  readonly #values: T[] = [];
  #left = mostCharacters;
  #isOver = false;
  #error: unknown;
  /** Wakes the readers that have read everything so far. */
  #wakeAll: () => void = () => {};
  #changed: Promise<void> | null = null;

  push(value: T): void {
    if (this.#isOver) return;
    this.#left -= (typeof value === 'string' ? value.length : 0) + pieceWeight;
    if (this.#left < 0) return this.end(new ClientError('events_overflowed'));
    this.#values.push(value);
    this.#wake();
  }

  /** No more values come; with an error, readers get it after all values. */
  end(error?: unknown): void {
    if (!this.#isOver) this.#error = error;
    this.#isOver = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for (let index = 0; ; index++) {
      // oxlint-disable-next-line no-await-in-loop -- values come one after the other
      while (index >= this.#values.length && !this.#isOver) await this.#change();
      const value = this.#values[index];
      if (value === undefined) break;
      yield value;
    }
    if (this.#error !== undefined) throw this.#error;
  }

  #change(): Promise<void> {
    this.#changed ??= new Promise((resolve) => {
      this.#wakeAll = resolve;
    });
    return this.#changed;
  }

  #wake(): void {
    this.#changed = null;
    this.#wakeAll();
  }
}
