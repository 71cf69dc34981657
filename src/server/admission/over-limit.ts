import type { RequestRefusal } from '../metering/account.ts';
import { type HttpError, httpErrors } from './http-errors.ts';

/** A request over a limit of its key, as HTTP tells it. */
export interface OverLimit {
  readonly error: HttpError;
  /** For `Retry-After`; Infinity where waiting does not help. */
  readonly retrySeconds: number;
}

export function overLimit({ why, freeAt }: RequestRefusal, at: number): OverLimit {
  const retrySeconds = secondsUntil(freeAt, at);
  return { error: why === 'budget' ? httpErrors.quotaUsedUp() : httpErrors.limitReached(retrySeconds), retrySeconds };
}

/** Whole seconds until then, at least one. */
export function secondsUntil(freeAt: number, at: number): number {
  return Math.max(1, Math.ceil((freeAt - at) / 1000));
}

/** When to ask again, as a header; none where waiting does not help, or nobody said. */
export function retryAfter(seconds = Infinity): Record<string, string> {
  return Number.isFinite(seconds) ? { 'Retry-After': `${seconds}` } : {};
}
