import type { ApiError } from '../protocol/events/index.ts';
import type { WireClosed } from '../wire/wire.ts';

/** What can go wrong on this side. `docs/errors.md` says what to do about each. */
export type ClientErrorCode =
  | 'invalid_options'
  | 'unreachable'
  | 'refused'
  | 'key_unavailable'
  | 'microphone_unavailable'
  | 'timeout'
  | 'aborted'
  | 'closed'
  | 'connection_lost'
  | 'busy'
  | 'queue_full'
  | 'events_overflowed'
  | 'malformed_event'
  | 'restored_item';

interface ClientErrorOptions {
  readonly message?: string;
  readonly cause?: unknown;
  readonly server?: ApiError | null;
  readonly close?: WireClosed | null;
}

/** Something that this side could not do. One class; `code` says what, and never changes between versions. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly code: ClientErrorCode;
  /** What the server said last before it closed, if it said anything. */
  readonly server: ApiError | null;
  /** How the connection ended, if it did. */
  readonly close: WireClosed | null;

  constructor(code: ClientErrorCode, { message, cause, server = null, close = null }: ClientErrorOptions = {}) {
    super(message ?? explained(code, server, close), cause === undefined ? {} : { cause });
    this.code = code;
    this.server = server;
    this.close = close;
  }
}

/** The server's answer to a request, if the answer is an `error` event. */
export class RealtimeError extends Error {
  override readonly name = 'RealtimeError';
  /** The family: `invalid_request_error`, `server_error`, `rate_limit_error` … */
  readonly type: string;
  readonly code: string | null;
  /** The dotted path of the field at fault. */
  readonly param: string | null;
  /** Id of the client event at fault. */
  readonly eventId: string | null;

  constructor(error: ApiError) {
    super(error.message);
    this.type = error.type;
    this.code = error.code ?? null;
    this.param = error.param ?? null;
    this.eventId = error.event_id ?? null;
  }
}

/** Whatever was thrown as the one class: a request that the server refused while connecting counts as a refusal. */
export function asClientError(cause: unknown): ClientError {
  if (cause instanceof ClientError) return cause;
  if (!(cause instanceof RealtimeError)) return new ClientError('unreachable', { cause });
  const { type, code, message, param, eventId } = cause;
  return new ClientError('refused', { cause, server: { type, code, message, param, event_id: eventId } });
}

/** Options that don't fit, and why not. */
export function invalid(message: string, cause?: unknown): ClientError {
  return new ClientError('invalid_options', { message, cause });
}

/** The words of the code, what was said last, and how it ended: `connection lost: Try again. (close code 1012)`. */
function explained(code: ClientErrorCode, server: ApiError | null, close: WireClosed | null): string {
  const said = server?.message || close?.reason;
  return code.replace('_', ' ') + (said ? `: ${said}` : '') + (close === null ? '' : ` (close code ${close.code})`);
}
