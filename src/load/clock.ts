/** What load asks of time, in milliseconds. Fractions count. */
export interface LoadClock {
  now(): number;
  /** Runs `run` once after so long. Returns a function that cancels it. */
  after(ms: number, run: () => void): () => void;
}
