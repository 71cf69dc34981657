import { patientClock, systemClock } from './clock.ts';
import { checkNumber } from './events/deadline.ts';
import { guarded, logError, reportHandlerError } from './events/listeners.ts';
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

/** @throws {ClientError} `invalid_options` where one that must be a number is none */
export function settle(options: SessionOptions): SettledOptions {
  const settled = { ...defaults, ...options };
  for (const [name, value] of Object.entries({ ...settled, ...settled.reconnect })) {
    if (/Ms$|^max/.test(name)) checkNumber(name, value);
  }
  const { clock, onHandlerError } = settled;
  return {
    ...settled,
    clock: patientClock(clock),
    onHandlerError: (error) => guarded(() => onHandlerError(error), logError),
  };
}
