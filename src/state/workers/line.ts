import type { StateClock } from '../clock.ts';

/** What carries messages between two processes, such as `process` in a worker and the worker in its primary. */
export interface Port {
  /** Throws, or gives the reason to `sent`, where the other process is gone. */
  send(message: unknown, sent: (cause: Error | null) => void): void;
  listen(heard: (message: unknown) => void): void;
}

/** Answers what the other process asks; rejects where that fails. */
export type Answers = Readonly<Record<string, (...args: readonly never[]) => unknown>>;

export interface LineOptions {
  readonly port: Port;
  readonly answers: Answers;
  readonly clock: Pick<StateClock, 'after'>;
}

/** How long an answer is waited for, in milliseconds. */
export const answerMs = 1000;

type Message = { readonly line: 'antiphon'; readonly id: number } & (
  | { readonly ask: string; readonly args: readonly unknown[] }
  | { readonly answer: unknown }
  | { readonly failed: string }
);

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (cause: Error) => void;
  readonly callOff: () => void;
}

/** Questions and answers between two processes, in both directions. No question waits for ever. */
export class Line {
  readonly #options: LineOptions;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor(options: LineOptions) {
    this.#options = options;
    options.port.listen((message) => {
      if (isOurs(message)) this.#heard(message);
    });
  }

  /** Asks the other process. Rejects where it fails, is gone, or does not answer in time. */
  ask(what: string, args: readonly unknown[] = [], patienceMs: number = answerMs): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const late = new Error(`the other process did not answer "${what}" in time`);
      const callOff = this.#options.clock.after(patienceMs, () => this.#settle(id, (waiting) => waiting.reject(late)));
      this.#waiting.set(id, { resolve, reject, callOff });
      this.#send({ line: 'antiphon', id, ask: what, args });
    });
  }

  /** The other process is gone: it answers nothing more. */
  close(): void {
    const gone = new Error('the other process is gone');
    for (const id of this.#waiting.keys()) this.#settle(id, (waiting) => waiting.reject(gone));
  }

  #send(message: Message): void {
    const failed = (cause: Error): void => this.#settle(message.id, (waiting) => waiting.reject(cause));
    try {
      this.#options.port.send(message, (cause) => {
        if (cause !== null && 'ask' in message) failed(cause);
      });
    } catch (cause) {
      if ('ask' in message) failed(cause instanceof Error ? cause : new Error(String(cause)));
    }
  }

  #heard(message: Message): void {
    if ('ask' in message) void this.#answer(message);
    else if ('answer' in message) this.#settle(message.id, (waiting) => waiting.resolve(message.answer));
    else this.#settle(message.id, (waiting) => waiting.reject(new Error(message.failed)));
  }

  async #answer({ id, ask, args }: Extract<Message, { ask: string }>): Promise<void> {
    const answers = new Map(Object.entries(this.#options.answers));
    try {
      const answer = answers.get(ask);
      if (answer === undefined) throw new Error(`nobody answers "${ask}" here`);
      // Both processes are of the same make, so that the arguments are those of the answer's own.
      this.#send({ line: 'antiphon', id, answer: await answer(...(args as readonly never[])) });
    } catch (cause) {
      this.#send({ line: 'antiphon', id, failed: cause instanceof Error ? cause.message : String(cause) });
    }
  }

  #settle(id: number, how: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.callOff();
    if (waiting !== undefined) how(waiting);
  }
}

/** Other modules of a process may send messages of their own. */
function isOurs(message: unknown): message is Message {
  return typeof message === 'object' && message !== null && Reflect.get(message, 'line') === 'antiphon';
}
