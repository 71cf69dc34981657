/** What shared state asks of time. */
export interface StateClock {
  /** Unix time in milliseconds; never goes back. */
  now(): number;
  /** Runs `run` once after so many milliseconds. Returns a function that cancels it and does nothing once it has run. */
  after(ms: number, run: () => void): () => void;
}
