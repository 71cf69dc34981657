import type { Wire, WireListener } from '../../wire/wire.ts';
import type { Turns } from './turns.ts';

export interface InboxOptions {
  readonly turns: Turns;
  /** Answers that may wait for the peer; above it none of its frames is taken. */
  readonly unreadBytes: number;
  /**
   * How many pieces of work the session has done so far while it still has some to do from earlier turns; null where it
   * has none.
   */
  readonly backlog: () => number | null;
}

/** What the listener is to be told. */
interface Told {
  readonly tell: (listener: WireListener) => void;
  readonly isLong: boolean;
}

/** Characters from which on a frame's arrival and what it causes have a turn each: either takes milliseconds by itself. */
export const longFrame = 262_144;

/** Pieces of its own work that a session does at most before it takes the frames that wait for them. */
const patience = 4096;

/**
 * Takes the frames of one client, each in its turn; what can't be taken yet waits, at first here, then at the peer's end,
 * which is not read meanwhile. A frame waits
 *
 * - while the session has work left to do that an earlier frame caused, so that the same frames are answered by the same
 *   events however busy the machine is: but not for work without end;
 * - once this turn of the loop is over: a client that floods is served no faster than it leaves room for others;
 * - where it is long: one long frame is read at a time, whoever sent it, and the others have their time in between;
 * - while the peer does not read its answers: one that asks for much and reads nothing is not asked for more.
 */
export class Inbox {
  readonly #wire: Wire;
  readonly #options: InboxOptions;
  #listener: WireListener | null = null;
  #waiting: Told[] = [];
  /**
   * What the session had done when a frame began to wait for it; null where none does. Once it has done enough since then,
   * no frame waits for the rest, or each would in its turn, and a flood for minutes. A moment without work changes
   * nothing in it: engines that make their pieces in turns of the loop of their own have many.
   */
  #waitsSince: number | null = null;
  #isPostponed = false;
  #era = 0;

  constructor(wire: Wire, options: InboxOptions) {
    this.#wire = wire;
    this.#options = options;
  }

  /** Starts delivery to the session. Call once. */
  open(listener: WireListener): void {
    this.#listener = listener;
    this.#wire.open({
      frame: (text) => this.#take({ tell: (to) => to.frame(text), isLong: text.length > longFrame }),
      binary: (bytes) => this.#take({ tell: (to) => to.binary(bytes), isLong: false }),
      drained: () => {
        listener.drained();
        this.goOn();
      },
      closed: (why) => {
        this.#listener = null;
        this.#waiting = [];
        listener.closed(why);
      },
    });
  }

  /** How often `forget` was called: a frame of an earlier era that is on its way still is not to be taken. */
  get era(): number {
    return this.#era;
  }

  /** What waits is not told any more; what comes from now on is. */
  forget(): void {
    this.#era += 1;
    if (this.#waiting.length === 0) return;
    this.#waiting = [];
    this.#waitsSince = null;
    this.#wire.resume?.();
  }

  /** The session has got on with its work: a frame that waits may be due. */
  goOn(): void {
    if (this.#waiting.length > 0) this.#postpone();
  }

  #take(told: Told): void {
    const isFirst = !told.isLong && this.#waiting.length === 0;
    if (isFirst && this.#mayTell() && !this.#options.turns.isOver()) return this.#tell(told);
    if (this.#waiting.length === 0) this.#wire.pause?.();
    this.#waiting.push(told);
    this.#postpone();
  }

  #mayTell(): boolean {
    return this.#wire.pendingBytes <= this.#options.unreadBytes && !this.#isBusy();
  }

  #isBusy(): boolean {
    const done = this.#options.backlog();
    if (done === null) return false;
    this.#waitsSince ??= done;
    return done - this.#waitsSince < patience;
  }

  #tell({ tell }: Told): void {
    if (this.#options.backlog() === null) this.#waitsSince = null;
    if (this.#listener !== null) tell(this.#listener);
  }

  /** `mayBeLong`: this is the turn of a long frame. */
  #tellMore(mayBeLong: boolean): void {
    let isLongsTurn = mayBeLong;
    for (let [told] = this.#waiting; told !== undefined; [told] = this.#waiting) {
      if (!this.#mayTell()) return; // `goOn` or `drained` comes
      if (told.isLong ? !isLongsTurn : this.#options.turns.isOver()) return this.#postpone();
      isLongsTurn = false;
      this.#waiting.shift();
      this.#tell(told);
    }
    this.#wire.resume?.();
  }

  #postpone(): void {
    if (this.#isPostponed || !this.#mayTell()) return;
    this.#isPostponed = true;
    const isLong = this.#waiting[0]?.isLong === true;
    const goOn = (): void => {
      this.#isPostponed = false;
      this.#tellMore(isLong);
    };
    this.#options.turns.later(goOn, isLong ? 'long' : 'frames');
  }
}
