/**
 * What waits for a later turn: `frames` of clients come before the `work` that sessions have still to do, of which some is
 * done in each turn. What takes milliseconds by itself is `long`: of that one piece is done at a time, whoever it is for,
 * and none follows before the others have had as long for themselves.
 */
export type Lane = 'frames' | 'work' | 'long';

/** The turns of the event loop, shared by all sessions, so that whatever one of them has to do, the others get theirs. */
export interface Turns {
  /** Whether whoever works now has had its share, and leaves the rest for `later`. */
  isOver(): boolean;
  /** Runs `work` in a later turn of the loop, in the order in which it was asked for within its lane. */
  later(work: () => void, lane?: Lane): void;
}

/** For a session on its own, or under virtual time: it does at once whatever it has to do. */
export const endlessTurns: Turns = {
  isOver: () => false,
  later: (work) => work(),
};

export interface TurnsOptions {
  /** Milliseconds of any clock that never goes back. Default: the machine's. */
  readonly now?: () => number;
  /** Runs something once the loop has turned, and what came from sockets has been seen to. Default `setImmediate`. */
  readonly soon?: (run: () => void) => void;
  /** Runs something after so many milliseconds. Default `setTimeout`. */
  readonly after?: (run: () => void, ms: number) => void;
}

/** Work in one turn of the loop, in milliseconds; a piece of work that was begun is not cut. */
const turnMs = 4;
/** Of these, what one session gets while others wait. */
const shareMs = 1;
/** The others' time after a long piece of work at most: one that stood still with the whole machine says nothing of the next. */
const longestRestMs = 100;

/** Turns as the machine's loop takes them. */
export function createTurns({
  now = () => performance.now(),
  soon = setImmediate,
  after = setTimeout,
}: TurnsOptions = {}): Turns {
  const waiting: Readonly<Record<Exclude<Lane, 'long'>, (() => void)[]>> = { frames: [], work: [] };
  /** When work began in this turn of the loop; null where none has. */
  let turnBegan: number | null = null;
  let shareBegan = 0;
  const long = new LongLane({ now, soon, after }, () => void (turnBegan ?? begin(now())));

  const count = (): number => waiting.frames.length + waiting.work.length;

  function begin(at: number): number {
    turnBegan = at;
    shareBegan = at;
    soon(next);
    return at;
  }

  function next(): void {
    turnBegan = null;
    if (count() === 0 && !long.isDue) return;
    const began = begin(now());
    run(waiting.frames, began + turnMs - shareMs);
    // Frames may come without end, and what they ask for is not to wait for as long.
    run(waiting.work, Math.max(began + turnMs, now() + shareMs));
    shareBegan = now();
    if (long.isDue) long.run();
  }

  /** Whoever postpones more waits behind the last of its lane, and is not run again in this turn. */
  function run(lane: (() => void)[], until: number): void {
    for (let left = lane.length; left > 0 && now() < until; left--) {
      shareBegan = now();
      lane.shift()?.();
    }
  }

  return {
    isOver() {
      const at = now();
      const began = turnBegan ?? begin(at);
      return at - began >= turnMs || (count() > 0 && at - shareBegan >= shareMs);
    },
    later(work, lane = 'work') {
      if (lane === 'long') return long.push(work);
      waiting[lane].push(work);
      if (turnBegan === null) begin(now());
    },
  };
}

/** What takes long: one piece at a time, and the others' time after each. */
class LongLane {
  readonly #options: Required<TurnsOptions>;
  readonly #wake: () => void;
  readonly #waiting: (() => void)[] = [];
  /** The others have their time. */
  #isResting = false;

  /** `wake`: a piece is due in the next turn of the loop. */
  constructor(options: Required<TurnsOptions>, wake: () => void) {
    this.#options = options;
    this.#wake = wake;
  }

  get isDue(): boolean {
    return this.#waiting.length > 0 && !this.#isResting;
  }

  /** What is long took its time to come, too: what others have sent meanwhile is heard before it. */
  push(work: () => void): void {
    this.#waiting.push(work);
    if (this.#isResting) return;
    this.#isResting = true;
    const { soon } = this.#options;
    soon(() => soon(this.#rested));
  }

  /** Runs the piece that has waited for longest. */
  run(): void {
    const { now, after } = this.#options;
    this.#isResting = true;
    const began = now();
    try {
      this.#waiting.shift()?.();
    } finally {
      const took = now() - began;
      if (took > turnMs) after(this.#rested, Math.min(took, longestRestMs));
      else this.#rested();
    }
  }

  readonly #rested = (): void => {
    this.#isResting = false;
    if (this.isDue) this.#wake();
  };
}
