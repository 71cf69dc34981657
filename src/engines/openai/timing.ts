import { type Alarms, realAlarms } from '../within-time.ts';

/** The clock and the dice of an endpoint. */
export interface Timing extends Alarms {
  /** At least 0, below 1. */
  random(): number;
}

/** Every alarm is taken back as soon as what it watches is over, so that none keeps a process alive by itself. */
export const realTiming: Timing = {
  ...realAlarms,
  random: Math.random,
};

/** Waits, unless the signal aborts before: then it throws the signal's reason. */
export function pause(timing: Timing, ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const cancel = timing.after(ms, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    function stop(): void {
      cancel();
      reject(signal.reason);
    }
    signal.addEventListener('abort', stop, { once: true });
  });
}
