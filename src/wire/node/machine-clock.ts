import { longAfter } from '../../wire/long-after.ts';
import type { LoadClock } from '../clock.ts';

/** The machine's clock, in milliseconds since the process began. */
export const machineClock: LoadClock = {
  now: () => performance.now(),
  after: longAfter((ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  }),
};
