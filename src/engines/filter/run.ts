import type { Alarms } from '../within-time.ts';
import { Birthplace } from './birthplace.ts';
import type { FilterEnd, FilterOrder } from './process.ts';

/** A program that runs. */
export interface Filter {
  /** Its output in pieces, until it has ended; a program whose output nobody takes has to wait. */
  readonly output: AsyncIterable<Uint8Array>;
  readonly ended: Promise<FilterEnd>;
  /** Ends it at once. */
  kill(): void;
}

/** Nobody waits for the end of a thread that rests: a process that has nothing else to do ends before. */
const alarms: Alarms = {
  after(ms, run) {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
};

/** Of the whole process: what is shared is a thread. */
const birthplace = new Birthplace(alarms);

/** Starts a program without holding up this thread. Never throws. */
export function runFilter(order: FilterOrder, place: Pick<Birthplace, 'start'> = birthplace): Filter {
  const pieces: Uint8Array[] = [];
  let hasEnded = false;
  let wake = (): void => {};
  let settle: (end: FilterEnd) => void = () => {};
  const ended = new Promise<FilterEnd>((resolve) => (settle = resolve));
  const controls = place.start(order, {
    bytes(piece) {
      pieces.push(piece);
      wake();
    },
    ended(end) {
      hasEnded = true;
      settle(end);
      wake();
    },
  });
  async function* output(): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      const piece = pieces.shift();
      if (piece !== undefined) {
        controls.read();
        yield piece;
      } else if (hasEnded) return;
      // oxlint-disable-next-line no-await-in-loop -- pieces come one after the other
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  return { output: output(), ended, kill: () => controls.kill() };
}
