import type { Wire } from '../../wire/wire.ts';
import { SlowReader, type SlowReaderOptions } from './slow-reader.ts';
import { longText, textOf, type Written } from './written.ts';

/** Bytes waiting for the reader above which generation pauses until the wire has drained. */
const pauseAboveBytes = 1_000_000;
export interface OutletOptions extends SlowReaderOptions {
  readonly wire: Pick<Wire, 'pendingBytes' | 'send' | 'sendUtf8'>;
}

/** Where a session's frames leave: it knows when the reader lags, and when it lags too far. */
export class Outlet {
  readonly #options: OutletOptions;
  readonly #reader: SlowReader;
  #waiting: (() => void)[] = [];

  constructor(options: OutletOptions) {
    this.#options = options;
    this.#reader = new SlowReader(options);
  }

  send(text: Written): void {
    const { wire } = this.#options;
    if (wire.sendUtf8 === undefined) wire.send(textOf(text));
    else if (typeof text !== 'string') wire.sendUtf8(text);
    // Whoever counts its bytes would look through a long text before it is encoded.
    else if (text.length >= longText) wire.sendUtf8([Buffer.from(text)]);
    else wire.send(text);
    this.#reader.sent(wire.pendingBytes);
  }

  /** Null while the reader keeps up; else calls back once it has caught up. */
  readonly congestion = (): ((resume: () => void) => void) | null => {
    if (this.#options.wire.pendingBytes <= pauseAboveBytes) return null;
    return (resume) => void this.#waiting.push(resume);
  };

  /** The wire has room again. */
  drained(): void {
    this.#reader.drained();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }

  stop(): void {
    this.#waiting = [];
    this.#reader.stop();
  }
}
