/** What the client asks of time; a virtual clock in tests. */
export interface Clock {
  /** Unix time in milliseconds. */
  now(): number;
  /** Runs `run` once after so many milliseconds; the function returned cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
