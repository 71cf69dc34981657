import { longAfter } from '../wire/long-after.ts';

/** The only two things a shell may ask of time. `testing/virtual-clock.ts` is the other implementation. */
export interface Clock {
  /** Unix time in milliseconds; never goes back. */
  now(): number;
  /**
   * Runs `run` once after so many milliseconds, which may be any number of days. Returns a function that cancels it and does
   * nothing once it has run.
   */
  after(ms: number, run: () => void): () => void;
}

/**
 * The machine's clock. `now` follows the monotonic timer from the Unix time at creation, so that a step of the system
 * clock never makes a session's time go back.
 */
export function systemClock(): Clock {
  const { timeOrigin } = performance;
  return {
    now: () => Math.floor(timeOrigin + performance.now()),
    after: longAfter((ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    }),
  };
}
