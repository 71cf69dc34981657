import { createTurns, type Turns } from '../server/session/turns.ts';

/** An event loop that turns when it is told to, on a clock of its own. */
export interface TurningLoop {
  readonly turns: Turns;
  /** What its clock says, in milliseconds. */
  readonly at: number;
  /** Work takes so long, in milliseconds. */
  work(ms: number): void;
  /**
   * Once round: timers that are due, then what has waited for this turn. Where nothing has, the clock goes on to the next
   * timer. False where there is none either.
   */
  turn(): boolean;
  /** Round and round, until nothing waits. */
  settle(): void;
}

/** `lookMs`: so long each look at the clock takes, too. */
export function turningLoop(lookMs = 0): TurningLoop {
  let at = 0;
  let queue: (() => void)[] = [];
  let timers: { readonly due: number; readonly run: () => void }[] = [];
  const turns = createTurns({
    now: () => (at += lookMs),
    soon: (run) => void queue.push(run),
    after: (run, ms) => void timers.push({ due: at + ms, run }),
  });

  function turn(): boolean {
    if (queue.length === 0 && timers.length > 0) at = Math.max(at, Math.min(...timers.map(({ due }) => due)));
    const due = timers.filter((timer) => timer.due <= at);
    timers = timers.filter((timer) => timer.due > at);
    const now = queue;
    queue = [];
    for (const { run } of due) run();
    for (const run of now) run();
    return due.length + now.length > 0;
  }

  return {
    turns,
    get at() {
      return at;
    },
    work: (ms) => void (at += ms),
    turn,
    settle() {
      for (let nth = 0; nth < 10_000 && turn(); nth += 1);
    },
  };
}
