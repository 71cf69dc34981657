import { longAfter } from '../long-after.ts';

/** The machine's clock, in milliseconds since the process began. Its timers may be as long as one likes. */
export const machineClock = {
  now: (): number => performance.now(),
  after: longAfter((ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  }),
} as const;
