/** The clock and the dice of an endpoint. */
export interface Timing {
  /** Calls `run` once after so many milliseconds, unless the function that it gives is called before. */
  after(ms: number, run: () => void): () => void;
  /** At least 0, below 1. */
  random(): number;
}

/** The longest that Node's timers can wait, 24 days: one for longer would go off at once. No answer takes that long. */
const longestTimerMs = 2 ** 31 - 1;

/** Every alarm is taken back as soon as what it watches is over, so that none keeps a process alive by itself. */
export const realTiming: Timing = {
  after(ms, run) {
    const timer = setTimeout(run, Math.min(ms, longestTimerMs));
    return () => clearTimeout(timer);
  },
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
