import { systemClock } from './clock.ts';
import { reportHandlerError } from './listeners.ts';
import type { SessionOptions } from './options.ts';

const defaults = {
  timeoutMs: 15_000,
  requestTimeoutMs: 30_000,
  turnMs: 4_000,
  reconnect: {},
  maxBufferedEvents: 10_000,
  maxBufferedAudioBytes: 64 * 1024 * 1024,
  maxQueuedEvents: 1_000,
  maxQueuedBytes: 16 * 1024 * 1024,
  clock: systemClock,
  onHandlerError: reportHandlerError,
} satisfies SessionOptions;

/** The options of a session with every default filled in. */
export type SettledOptions = SessionOptions & Required<Pick<SessionOptions, keyof typeof defaults>>;

export function settle(options: SessionOptions): SettledOptions {
  return { ...defaults, ...options };
}
