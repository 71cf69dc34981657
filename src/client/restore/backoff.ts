import type { ApiError } from '../../protocol/events/index.ts';
import type { WireClosed } from '../../wire/wire.ts';
import type { ClientError } from '../errors.ts';
import type { ReconnectOptions } from './options.ts';

/** How often and how soon to try again. */
export interface Backoff {
  readonly maxAttempts: number;
  /** Time before an attempt, which counts from 1, in milliseconds. */
  delayMs(attempt: number): number;
}

/** The first attempt comes at once; each further one waits between half of its delay and all of it. */
export function backoffOf(options: ReconnectOptions): Backoff {
  const { maxAttempts = 10, firstDelayMs = 250, maxDelayMs = 15_000, random = Math.random } = options;
  return {
    maxAttempts,
    delayMs(attempt) {
      if (attempt <= 1) return 0;
      const longest = Math.min(firstDelayMs * 2 ** (attempt - 2), maxDelayMs);
      return Math.round(longest * (0.5 + random() / 2));
    },
  };
}

/** Ends that say nothing against the client: age or drain, no status, vanished, internal, restart, overload, bad gateway. */
const passing: ReadonlySet<number> = new Set([1001, 1005, 1006, 1011, 1012, 1013, 1014]);

/** A connection that ended this way is worth making again. */
export function isPassing({ code }: WireClosed, server: ApiError | null): boolean {
  return passing.has(code) || /^(session_expired|server_draining)$/.test(server?.code ?? '');
}

/** An attempt that failed this way is worth another one. */
export function isWorthAnother({ code, close, server }: ClientError): boolean {
  if (code === 'closed' || code === 'refused') return close !== null && isPassing(close, server);
  return /^(unreachable|timeout|connection_lost|key_unavailable)$/.test(code);
}
