import type { Allowance, Limit } from '../../core/response/allowance.ts';
import type { RateLimit } from '../../protocol/types.ts';

/** One bound as it stands: how much is left of it, and when there is something again. */
export interface Bound {
  readonly limit: Limit;
  /** What may be used in all, in the bound's own unit. */
  readonly most: number;
  /** At most zero where nothing may start. */
  readonly left: number;
  /** Unix milliseconds; Infinity where that never comes. */
  readonly freeAt: number;
  /** When all of it is there again, if nothing is used. */
  readonly fullAt: number;
}

/**
 * What may start under these bounds; null where there are none. Requests are counted one by one; of everything else one
 * response may use more than was left, and what it may use is reserved as it starts.
 */
export function allowanceOf(bounds: readonly Bound[], at: number): Allowance | null {
  const [first] = bounds;
  if (first === undefined) return null;
  let responses = Infinity;
  let tightest = first;
  for (const bound of bounds) {
    responses = Math.min(
      responses,
      bound.limit === 'requests' ? Math.floor(Math.max(0, bound.left)) : Number(bound.left > 0),
    );
    if (bound.freeAt > tightest.freeAt) tightest = bound;
  }
  return { responses, limit: tightest.limit, retryMs: Math.max(shortestWaitMs, tightest.freeAt - at) };
}

/** A wait that is not known, since it ends when a response does, is told as this. */
export const shortestWaitMs = 1000;

/** The rows of `rate_limits.updated`; null where neither requests nor tokens of the key are bounded. */
export function rateLimitsOf(bounds: readonly Bound[], at: number): RateLimit[] | null {
  const rows = bounds.flatMap(({ limit, most, left, fullAt }): RateLimit[] => {
    if (limit !== 'requests' && limit !== 'tokens') return [];
    const remaining = Math.max(0, Math.floor(left));
    return [{ name: limit, limit: most, remaining, reset_seconds: Math.max(0, fullAt - at) / 1000 }];
  });
  return rows.length === 0 ? null : rows;
}
