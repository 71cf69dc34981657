import type { Wire } from '../../wire/wire.ts';
import type { Clock } from '../clock.ts';
import { longText, textOf, type Written } from './written.ts';

/** Bytes waiting for the reader above which generation pauses until the wire has drained. */
const pauseAboveBytes = 1_000_000;
/** How long a reader may be too far behind before it is looked at again, in milliseconds. */
const patienceMs = 1_000;
/** What it must have read by then, as a part of what may wait. */
const progress = 1 / 16;

export interface OutletOptions {
  readonly wire: Pick<Wire, 'pendingBytes' | 'send' | 'sendUtf8'>;
  /** Bytes that may wait for a slow reader. */
  readonly unsentBytes: number;
  readonly clock: Clock;
  /** More than that waits, and hardly any of it was read in a second. */
  readonly tooSlow: () => void;
}

/** Where a session's frames leave: it knows when the reader lags, and when it lags too far. */
export class Outlet {
  readonly #options: OutletOptions;
  #waiting: (() => void)[] = [];
  /** Calls off the next look at a reader in doubt; null while there is no doubt. */
  #callOff: (() => void) | null = null;
  /** What waited at the most since the last look. */
  #most = 0;

  constructor(options: OutletOptions) {
    this.#options = options;
  }

  send(text: Written): void {
    const { wire } = this.#options;
    if (wire.sendUtf8 === undefined) wire.send(textOf(text));
    else if (typeof text !== 'string') wire.sendUtf8(text);
    // Whoever counts its bytes would look through a long text before it is encoded.
    else if (text.length >= longText) wire.sendUtf8([Buffer.from(text)]);
    else wire.send(text);
    this.sent();
  }

  /** Something was sent past it. */
  sent(): void {
    if (this.#callOff !== null) this.#most = Math.max(this.#most, this.#options.wire.pendingBytes);
    else if (this.#isOver) this.#doubt();
  }

  /** Null while the reader keeps up; else calls back once it has caught up. */
  readonly congestion = (): ((resume: () => void) => void) | null => {
    if (this.#options.wire.pendingBytes <= pauseAboveBytes) return null;
    return (resume) => void this.#waiting.push(resume);
  };

  /** The wire has room again. */
  drained(): void {
    if (!this.#isOver) this.#believe();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }

  stop(): void {
    this.#waiting = [];
    this.#believe();
  }

  #believe(): void {
    this.#callOff?.();
    this.#callOff = null;
  }

  get #isOver(): boolean {
    const { wire, unsentBytes } = this.#options;
    return wire.pendingBytes > unsentBytes;
  }

  /**
   * One large answer is more than a fast reader can have read when it was just sent; so it is judged by what it reads.
   * What it has not read does not grow meanwhile: models pause, and none of its frames is taken.
   */
  #doubt(): void {
    const { wire, unsentBytes, clock, tooSlow } = this.#options;
    this.#most = wire.pendingBytes;
    this.#callOff = clock.after(patienceMs, () => {
      this.#callOff = null;
      if (!this.#isOver) return;
      if (this.#most - wire.pendingBytes < unsentBytes * progress) tooSlow();
      else this.#doubt();
    });
  }
}
