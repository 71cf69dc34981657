import { longAfter } from '../wire/long-after.ts';

/** What the client asks of time; a virtual clock in tests. */
export interface Clock {
  /** Unix time in milliseconds. */
  now(): number;
  /** Runs `run` once after so many milliseconds; the function returned cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** A clock that can wait for any time, `Infinity` among them, on one whose timers are those of a platform. */
export function patientClock(clock: Clock): Clock {
  return { now: () => clock.now(), after: longAfter((ms, run) => clock.after(ms, run)) };
}

/** The machine's clock. */
export const systemClock: Clock = patientClock({
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
});
