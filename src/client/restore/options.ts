/** How a lost connection is made again. */
export interface ReconnectOptions {
  /** Attempts in a row before giving up. Default 10. */
  readonly maxAttempts?: number;
  /** Time before the second attempt, in milliseconds; doubles with each further one. The first is at once. Default 250. */
  readonly firstDelayMs?: number;
  /** Longest time between attempts, in milliseconds. Default 15,000. */
  readonly maxDelayMs?: number;
  /** How long before `expires_at` a quiet moment is sought for a new connection, in milliseconds. Default 300,000. */
  readonly renewBeforeMs?: number;
  /**
   * Resume the same session if the server offers that, in place of telling a new one the conversation. Default true: an
   * address of one's own is asked with `resumption=1`.
   */
  readonly resume?: boolean;
  /** Spreads the delays, from 0 to 1. Default `Math.random`. */
  readonly random?: () => number;
}
