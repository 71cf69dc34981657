import { bytesPerMs } from '../sound/g711-frames.ts';
import type { Carrier, StreamMessage, StreamStart } from './carrier.ts';
import { Flow } from './flow.ts';
import type { StreamEnd } from './stream-sound.ts';

/** How long a stream may take to say which call it is of, in milliseconds. */
export const startMs = 5_000;
/** With what a stream is closed: in good order, of a stranger, and one that sends what nobody can take. */
const closeCodes = { normal: 1000, stranger: 1008, notText: 1003 } as const;

/** What a stream tells its owner. */
export interface StreamListener {
  frame(text: string): void;
  binary(): void;
  /** Told exactly once, whoever closed. */
  closed(): void;
}

/** A connection of a carrier. */
export interface StreamSocket extends StreamEnd {
  open(listener: StreamListener): void;
}

/** The call that a stream is of. */
export interface StreamedCall {
  take(message: StreamMessage): void;
  /** The stream is gone: why, for the log. */
  gone(why: string): void;
}

export interface StreamLineOptions {
  readonly carrier: Carrier;
  readonly socket: StreamSocket;
  readonly clock: { now(): number; after(ms: number, run: () => void): () => void };
  /** The call that this is the beginning of; null for a stranger's. */
  readonly answer: (start: StreamStart, end: StreamEnd) => StreamedCall | null;
  /** The carrier complains of what it was sent. */
  readonly complained: (message: string) => void;
}

/** Answers a stream: nothing begins before it has named a call that waits for it, and for that it has five seconds. */
export function answerStream(options: StreamLineOptions): void {
  const line = new StreamLine(options);
  options.socket.open({
    frame: (text) => line.frame(text),
    binary: () => line.close(closeCodes.notText, 'frames are text'),
    closed: () => line.closed(),
  });
}

class StreamLine {
  readonly #options: StreamLineOptions;
  readonly #flow: Flow;
  readonly #callOff: () => void;
  #call: StreamedCall | null = null;
  #why = 'the connection is gone';
  #isOver = false;

  constructor(options: StreamLineOptions) {
    this.#options = options;
    const { clock } = options;
    this.#flow = new Flow(clock.now());
    this.#callOff = clock.after(startMs, () => this.close(closeCodes.stranger, 'no call was named in time'));
  }

  frame(text: string): void {
    if (this.#isOver) return;
    const message = this.#options.carrier.read(text) ?? other;
    const audioMs = message.is === 'media' ? message.audio.length / bytesPerMs : 0;
    const fits = this.#flow.takes(text.length, audioMs, this.#options.clock.now());
    if (!fits) this.close(closeCodes.stranger, 'more comes than a call can say');
    else if (this.#call === null) this.#greet(message);
    else this.#take(this.#call, message);
  }

  close(code: number, reason: string): void {
    if (this.#isOver) return;
    this.#why = reason;
    this.#options.socket.close(code, reason);
    this.#end();
  }

  closed(): void {
    this.#end();
  }

  /** Of a stranger nothing is taken but the name of a call. */
  #greet(message: StreamMessage): void {
    if (message.is !== 'start') return;
    const { answer, socket } = this.#options;
    this.#call = answer(message, socket);
    if (this.#call === null) return this.close(closeCodes.stranger, 'no such call waits');
    this.#callOff();
  }

  #take(call: StreamedCall, message: StreamMessage): void {
    if (message.is === 'stop') this.close(closeCodes.normal, 'the carrier has ended the stream');
    else if (message.is === 'error') this.#options.complained(message.message);
    else call.take(message);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#callOff();
    this.#call?.gone(this.#why);
  }
}

const other: StreamMessage = { is: 'other' };
