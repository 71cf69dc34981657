import type { Clock } from '../server/clock.ts';

/** A clock whose time only passes when it is told to. */
export interface VirtualClock extends Clock {
  /** Lets time pass: every timer due by then runs, in the order of its time, and sees its own time as `now`. */
  advance(ms: number): void;
  /** Runs timers one after the other until none waits, those included that they start. Throws after a million. */
  runAll(): void;
  /** Timers that wait. */
  readonly waiting: number;
}

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

const mostRuns = 1_000_000;

/** A clock at a fixed time. Default: 2026-01-01, as Unix milliseconds. */
export function virtualClock(startMs = 1_767_225_600_000): VirtualClock {
  let now = startMs;
  /** In the order in which they are due; of two at the same time, the one set first. */
  const timers: Timer[] = [];

  function runNext(until: number): boolean {
    const [next] = timers;
    if (next === undefined || next.at > until) return false;
    timers.shift();
    now = Math.max(now, next.at);
    next.run();
    return true;
  }

  return {
    now: () => now,
    after(ms, run) {
      const timer: Timer = { at: now + Math.max(0, ms), run };
      const place = timers.findIndex(({ at }) => at > timer.at);
      timers.splice(place === -1 ? timers.length : place, 0, timer);
      return () => {
        const index = timers.indexOf(timer);
        if (index !== -1) timers.splice(index, 1);
      };
    },
    advance(ms) {
      const until = now + ms;
      while (runNext(until)) continue;
      now = Math.max(now, until);
    },
    runAll() {
      for (let runs = 0; runNext(Number.POSITIVE_INFINITY); runs++) {
        if (runs === mostRuns) throw new Error('Timers keep starting timers: this would never end.');
      }
    },
    get waiting() {
      return timers.length;
    },
  };
}
