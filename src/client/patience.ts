import type { Clock } from './clock.ts';
import { ClientError } from './errors.ts';

/** How long somebody waits. */
export interface Patience {
  readonly signal?: AbortSignal | undefined;
  /** In milliseconds; `Infinity` is no limit. */
  readonly timeoutMs?: number | undefined;
}

/** Ends a wait. */
export interface Wait<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
}

/**
 * Waits until `begin`'s wait is ended, the time is up (`timeout`) or the signal says so (`aborted`). `begin` returns what
 * cleans up after it, with the reason where it was given up.
 */
export function patiently<T>(
  clock: Clock,
  { signal, timeoutMs = Number.POSITIVE_INFINITY }: Patience,
  begin: (wait: Wait<T>) => (givenUp: boolean) => void,
): Promise<T> {
  if (signal?.aborted === true) return Promise.reject(new ClientError('aborted', { cause: signal.reason }));
  return new Promise((resolve, reject) => {
    let cleanUp: ((givenUp: boolean) => void) | null = null;
    let isOver = false;
    const end = (settle: () => void, givenUp = false) => {
      isOver = true;
      cancelTimer();
      signal?.removeEventListener('abort', abort);
      cleanUp?.(givenUp);
      settle();
    };
    const giveUp = (error: ClientError) => end(() => reject(error), true);
    const abort = () => giveUp(new ClientError('aborted', { cause: signal?.reason }));
    // A timer of the platform takes infinity for nothing.
    const isLimited = timeoutMs < Number.POSITIVE_INFINITY;
    const cancelTimer = isLimited ? clock.after(timeoutMs, () => giveUp(new ClientError('timeout'))) : () => {};
    signal?.addEventListener('abort', abort);
    cleanUp = begin({
      resolve: (value) => end(() => resolve(value)),
      reject: (error) => end(() => reject(error)),
    });
    if (isOver) cleanUp(false);
  });
}
