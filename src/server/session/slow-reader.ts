import type { Clock } from '../clock.ts';

/** How long a reader may be too far behind before it is looked at again, in milliseconds. */
const patienceMs = 1_000;
/** What it must have read by then, as a part of what may wait. */
const progress = 1 / 16;

export interface SlowReaderOptions {
  readonly wire: { readonly pendingBytes: number };
  /** Bytes that may wait for it. */
  readonly unsentBytes: number;
  readonly clock: Clock;
  /** More than that waits, and hardly any of it was read in a second. */
  readonly tooSlow: () => void;
}

/** Watches whether the peer of a wire reads what it is sent. */
export class SlowReader {
  readonly #options: SlowReaderOptions;
  readonly #unsentBytes: number;
  /** Calls off the next look at a reader in doubt; null while there is no doubt. */
  #callOff: (() => void) | null = null;
  /** What waited at the most since the last look. */
  #most = 0;

  constructor(options: SlowReaderOptions) {
    this.#options = options;
    this.#unsentBytes = options.unsentBytes;
  }

  /** Something was sent, and so many bytes wait now. */
  sent(pendingBytes: number): void {
    if (this.#callOff !== null) this.#most = Math.max(this.#most, pendingBytes);
    else if (pendingBytes > this.#unsentBytes) this.#doubt();
  }

  /** The wire has room again. */
  drained(): void {
    if (this.#options.wire.pendingBytes <= this.#unsentBytes) this.stop();
  }

  /** It is not watched any longer, unless it is sent more. */
  stop(): void {
    this.#callOff?.();
    this.#callOff = null;
  }

  /**
   * One large answer is more than a fast reader can have read when it was just sent; so it is judged by what it reads.
   * What it has not read does not grow meanwhile: models pause, and none of its frames is taken.
   */
  #doubt(): void {
    const { wire, clock, tooSlow } = this.#options;
    this.#most = wire.pendingBytes;
    this.#callOff = clock.after(patienceMs, () => {
      this.#callOff = null;
      if (wire.pendingBytes <= this.#unsentBytes) return;
      if (this.#most - wire.pendingBytes < this.#unsentBytes * progress) tooSlow();
      else this.#doubt();
    });
  }
}
