import type { Wire } from '../wire/wire.ts';

/** Bytes waiting for the reader above which generation pauses until the wire has drained. */
const pauseAboveBytes = 1_000_000;

export interface OutletOptions {
  readonly wire: Wire;
  /** Bytes that may wait for a slow reader. */
  readonly unsentBytes: number;
  /** More than that waits. */
  readonly tooSlow: () => void;
}

/** Where a session's frames leave: it knows when the reader lags, and when it lags too far. */
export class Outlet {
  readonly #options: OutletOptions;
  #waiting: (() => void)[] = [];

  constructor(options: OutletOptions) {
    this.#options = options;
  }

  send(text: string): void {
    const { wire, unsentBytes, tooSlow } = this.#options;
    wire.send(text);
    if (wire.pendingBytes > unsentBytes) tooSlow();
  }

  /** Null while the reader keeps up; else calls back once it has caught up. */
  readonly congestion = (): ((resume: () => void) => void) | null => {
    if (this.#options.wire.pendingBytes <= pauseAboveBytes) return null;
    return (resume) => void this.#waiting.push(resume);
  };

  /** The wire has room again. */
  drained(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }

  stop(): void {
    this.#waiting = [];
  }
}
