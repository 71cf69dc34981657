import { EndpointError, type Retry } from './failure.ts';
import { pause, type Timing } from './timing.ts';

export interface RetryPolicy {
  /** Tries after the first. */
  readonly retries: number;
  readonly timing: Timing;
  readonly signal: AbortSignal;
}

const firstPauseMs = 250;
const longestPauseMs = 4000;

/**
 * The pieces of an attempt. One that fails before its first piece is made again where that may help: after as long as
 * the server asks for, else after a quarter of a second, then half a second and so on, less up to a half by chance.
 */
export async function* withRetries<T>(
  attempt: () => AsyncIterable<T>,
  policy: RetryPolicy,
  failures = 0,
): AsyncGenerator<T, void> {
  const { retries, timing, signal } = policy;
  let begun = false;
  try {
    for await (const piece of attempt()) {
      begun = true;
      yield piece;
    }
    return;
  } catch (cause) {
    if (begun || failures >= retries || !(cause instanceof EndpointError) || cause.retry === 'never') throw cause;
    await pause(timing, pauseMs(cause.retry, failures, timing), signal);
  }
  yield* withRetries(attempt, policy, failures + 1);
}

function pauseMs(retry: Exclude<Retry, 'never'>, failures: number, timing: Timing): number {
  if (retry !== 'soon') return retry.afterMs;
  const longest = Math.min(longestPauseMs, firstPauseMs * 2 ** failures);
  return Math.round(longest * (1 - timing.random() / 2));
}
