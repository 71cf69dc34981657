import type { ApiError } from '../../protocol/events/index.ts';
import type { Clock } from '../clock.ts';
import { ClientError, invalid } from '../errors.ts';

/** How long somebody waits. */
export interface Patience {
  readonly signal?: AbortSignal | undefined;
  /** In milliseconds; `Infinity` is no limit. */
  readonly timeoutMs?: number | undefined;
  /** What the server had said last when the time was up. */
  readonly lastError?: () => ApiError | null;
}

/** @throws {ClientError} `invalid_options` where it is no number: such a limit would be over at once, or never */
export function checkNumber(name: string, value: unknown): void {
  if (typeof value === 'number' && !Number.isNaN(value)) return;
  throw invalid(`${name} must be a number, not ${String(value)}.`);
}

/** Ends a wait. */
export interface Wait<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
}

/**
 * Waits until `begin`'s wait is ended, the time is up (`timeout`) or the signal says so (`aborted`). `begin` returns what
 * cleans up after it, where there is anything to; it is told whether the wait was given up.
 */
export function patiently<T>(
  clock: Clock,
  { signal, timeoutMs = Infinity, lastError = () => null }: Patience,
  begin: (wait: Wait<T>) => ((givenUp: boolean) => void) | null,
): Promise<T> {
  if (signal?.aborted === true) return Promise.reject(new ClientError('aborted', { cause: signal.reason }));
  return new Promise((resolve, reject) => {
    checkNumber('timeoutMs', timeoutMs);
    let cleanUp: ((givenUp: boolean) => void) | null = null;
    let isOver = false;
    const end = (settle: () => void, givenUp = false) => {
      if (isOver) return;
      isOver = true;
      cancelTimer();
      signal?.removeEventListener('abort', abort);
      cleanUp?.(givenUp);
      settle();
    };
    const giveUp = (error: ClientError) => end(() => reject(error), true);
    const abort = () => giveUp(new ClientError('aborted', { cause: signal?.reason }));
    const cancelTimer = clock.after(timeoutMs, () => giveUp(new ClientError('timeout', { server: lastError() })));
    signal?.addEventListener('abort', abort);
    cleanUp = begin({
      resolve: (value) => end(() => resolve(value)),
      reject: (error) => end(() => reject(error)),
    });
    if (isOver) cleanUp?.(false);
  });
}
