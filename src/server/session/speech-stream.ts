import type { Sound } from '../../engines/contract.ts';

/** Pieces that wait are joined up to this length. */
const smallSamples = 480;

/** The sound of speech that goes on, for one reader: every sample once, in order, until the speech ends. */
export class SpeechStream implements AsyncIterable<Sound> {
  #waiting: Sound[] = [];
  #isOver = false;
  #wake = (): void => {};

  /** The next piece; nobody wants it once the reader has stopped. */
  push(sound: Sound): void {
    if (this.#isOver) return;
    const last = this.#waiting.at(-1);
    // A reader that is slow finds small pieces as one: each by itself would take many times its bytes.
    if (last?.sampleRate === sound.sampleRate && last.samples.length + sound.samples.length <= smallSamples) {
      this.#waiting[this.#waiting.length - 1] = { ...sound, samples: joined(last.samples, sound.samples) };
    } else this.#waiting.push(sound);
    this.#wake();
  }

  /** Nothing more comes; what waits is still read. */
  end(): void {
    this.#isOver = true;
    this.#wake();
  }

  /** Nothing more is read. */
  drop(): void {
    this.#waiting = [];
    this.end();
  }

  [Symbol.asyncIterator](): AsyncIterator<Sound, void> {
    return {
      next: () => this.#next(),
      return: () => {
        this.drop();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  async #next(): Promise<IteratorResult<Sound, void>> {
    const value = this.#waiting.shift();
    if (value !== undefined) return { done: false, value };
    if (this.#isOver) return { done: true, value: undefined };
    await this.#news();
    return this.#next();
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

function joined(first: Int16Array, second: Int16Array): Int16Array {
  const whole = new Int16Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
