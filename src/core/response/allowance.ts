/** What bounds the responses of a session: the windows of its key, and the session's own caps. */
export type Limit = 'requests' | 'tokens' | 'audio' | 'budget' | 'session';

/** What a session may start with an input. It is told with the input, as the time is: the session neither waits nor asks. */
export interface Allowance {
  /** How many responses may start. */
  readonly responses: number;
  /** What keeps more of them from starting, and for how many milliseconds it does so. */
  readonly limit: Limit;
  readonly retryMs: number;
}

/** How long to wait, in seconds: tenths of them, rounded up, so that whoever does so comes not too early. */
export function secondsToWait({ retryMs }: Pick<Allowance, 'retryMs'>): number {
  return Math.ceil(retryMs / 100) / 10;
}
