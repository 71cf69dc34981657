import type { RawSocketWire } from '../../wire/node/raw-socket.ts';
import type { SlowReader } from '../session/slow-reader.ts';
import { Frame } from './frame.ts';
import { pass, type Verdict } from './tap.ts';

/** Bytes that may wait for a reader before nothing more is read for it. */
const pauseAboveBytes = 1_048_576;

export interface FlowOptions {
  readonly source: RawSocketWire;
  readonly sink: RawSocketWire;
  /** Watches how the sink is read. */
  readonly reader: SlowReader;
  /** What becomes of a frame. Called in order. */
  readonly judge: (frame: Frame) => Verdict;
  /** It could not be told; the frame goes nowhere. */
  readonly failed: (cause: unknown) => void;
  /** Carries out what a verdict wants done beside the frame. */
  readonly inject: (after: NonNullable<Exclude<Verdict, { hold: unknown }>['after']>) => void;
  /** A frame went on. */
  readonly passed: (frame: Frame) => void;
}

/**
 * The frames of one direction, from one wire to the other: in order, and never more of them in memory than a reader that
 * has stopped is worth.
 */
export class Flow {
  readonly #options: FlowOptions;
  /** What came behind a frame that is held; null while none is. */
  #waiting: (() => void)[] | null = null;
  #isFull = false;

  constructor(options: FlowOptions) {
    this.#options = options;
  }

  frame(data: Buffer, isBinary: boolean): void {
    if (this.#waiting === null) this.#take(data, isBinary);
    else this.#waiting.push(() => this.#take(data, isBinary));
  }

  /** Runs what has to come behind every frame that has come so far. */
  after(run: () => void): void {
    this.#inTurn(run);
  }

  /** The sink has room again. */
  drained(): void {
    this.#options.reader.drained();
    if (!this.#isFull || this.#options.sink.pendingBytes > pauseAboveBytes) return;
    this.#isFull = false;
    this.#readOn();
  }

  #inTurn(run: () => void): void {
    if (this.#waiting === null) run();
    else this.#waiting.push(run);
  }

  #take(data: Buffer, isBinary: boolean): void {
    const frame = new Frame(data, isBinary);
    const verdict = this.#judge(frame);
    if ('hold' in verdict) void this.#hold(frame, verdict.hold);
    else this.#carryOut(frame, verdict);
  }

  /** Whatever a frame makes of us, the server lives. */
  #judge(frame: Frame): Verdict {
    try {
      return this.#options.judge(frame);
    } catch (cause) {
      this.#options.failed(cause);
      return { pass: false };
    }
  }

  async #hold(frame: Frame, verdict: Extract<Verdict, { hold: unknown }>['hold']): Promise<void> {
    this.#waiting = [];
    this.#options.source.pause();
    const settled = await verdict.catch(() => pass);
    const waiting = this.#waiting;
    this.#waiting = null;
    this.#carryOut(frame, settled);
    // One of them may be held in its turn: what is behind it waits again.
    for (const run of waiting) this.#inTurn(run);
    this.#readOn();
  }

  #readOn(): void {
    if (!this.#isFull && this.#waiting === null) this.#options.source.resume();
  }

  #carryOut(frame: Frame, verdict: Exclude<Verdict, { hold: unknown }>): void {
    const { sink, source, reader, passed, inject } = this.#options;
    if (verdict.pass) {
      if (verdict.as === undefined) sink.send(frame.data, frame.isBinary);
      else sink.send(JSON.stringify(verdict.as), frame.isBinary);
      passed(frame);
    }
    if (verdict.after !== undefined) inject(verdict.after);
    const { pendingBytes } = sink;
    reader.sent(pendingBytes);
    if (this.#isFull || pendingBytes <= pauseAboveBytes) return;
    this.#isFull = true;
    source.pause();
  }
}
