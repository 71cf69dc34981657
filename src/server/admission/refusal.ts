import { exhaustedCloseCode } from '../../core/defaults.ts';
import { idAt, idSource } from '../../core/ids.ts';
import { shortened } from '../../protocol/check/problem.ts';
import { ServerEvent, serializeServerEvent } from '../../protocol/events/index.ts';
import type { ApiError } from '../../protocol/types.ts';
import type { Wire } from '../../wire/wire.ts';
import { httpErrors } from './http-errors.ts';

/** A connection that ends before it becomes a session: the error it is told, and the code it closes with. */
export interface Refusal {
  readonly error: ApiError;
  readonly closeCode: number;
  /**
   * Of a limit of the key alone: whoever asks by HTTP is answered 429, and is to ask again after so many seconds; Infinity
   * where waiting does not help.
   */
  readonly retrySeconds?: number;
}

/** Every reason to refuse a connection on the socket (behaviour §1.1, §8; contract). */
export const refusals = {
  noCredentials: () =>
    refusal(3000, 'invalid_request_error', null, null, 'Missing bearer or basic authentication in header'),
  wrongKey: () => refusal(3000, 'invalid_request_error', 'invalid_api_key', null, 'Incorrect API key provided.'),
  betaShape: () =>
    refusal(
      4000,
      'invalid_request_error',
      'beta_api_shape_disabled',
      null,
      'The beta shape of the Realtime API is not served. Leave out the OpenAI-Beta header and use the GA shape.',
    ),
  missingModel: () =>
    refusal(4000, 'invalid_request_error', 'missing_model', 'model', 'You must provide a model parameter.'),
  unknownModel: (name: string, names: readonly string[]) =>
    refusal(
      4000,
      'invalid_request_error',
      'invalid_model',
      'model',
      `Model '${shortened(name)}' is not served here. ${offer(names)}`,
    ),
  modelNotWanted: () =>
    refusal(
      4000,
      'invalid_request_error',
      'invalid_model',
      'model',
      'You must not provide a model parameter for transcription sessions.',
    ),
  notTranslating: (name: string) =>
    refusal(
      4000,
      'invalid_request_error',
      'invalid_model',
      'model',
      `Model '${shortened(name)}' is not supported in translation mode.`,
    ),
  intentNotWanted: () =>
    refusal(
      4000,
      'invalid_request_error',
      'unknown_parameter',
      'intent',
      "Unknown parameter: 'intent'. A translation session is opened with a model alone.",
    ),
  secretForModel: (model: string) =>
    refusal(
      4000,
      'invalid_request_error',
      'invalid_model',
      'model',
      `This client secret is for the model '${shortened(model)}'. Name that model, or none.`,
    ),
  secretForElsewhere: (path: string) =>
    refusal(3000, 'invalid_request_error', 'invalid_api_key', null, `This client secret is for sessions at ${path}.`),
  lockedSecret: (param: string) =>
    refusal(
      4000,
      'invalid_request_error',
      'invalid_parameter',
      param,
      'This client secret settles what the server has locked for sessions of this model.',
    ),
  tooManySessions: (limit: number) =>
    refusal(
      1013,
      'rate_limit_error',
      'session_limit_reached',
      null,
      `The server has reached its limit of ${limit} sessions. Try again later.`,
    ),
  tooManySessionsOfKey: (limit: number): Refusal => ({
    ...refusal(
      1013,
      'rate_limit_error',
      'session_limit_reached',
      null,
      `This API key has reached its limit of ${limit} sessions at the same time. Try again later.`,
    ),
    retrySeconds: 1, // when one of them ends nobody knows
  }),
  quotaUsedUp: (retrySeconds = Infinity): Refusal => ({
    closeCode: exhaustedCloseCode,
    error: { ...httpErrors.quotaUsedUp(), event_id: null },
    retrySeconds,
  }),
  memoryFull: (limit: number) =>
    refusal(
      1013,
      'rate_limit_error',
      'conversation_limit_reached',
      null,
      `The sessions of the server hold as much as they may, ${limit} bytes. Try again later.`,
    ),
  draining: () =>
    refusal(1001, 'server_error', 'server_draining', null, 'The server is shutting down and takes no new sessions.'),
  resumeHandleInvalid: () =>
    refusal(4000, 'invalid_request_error', 'resume_handle_invalid', 'resume', 'This handle names no session of yours.'),
  resumeHandleExpired: () =>
    refusal(
      4000,
      'invalid_request_error',
      'resume_handle_expired',
      'resume',
      'The session of this handle has ended and can’t be taken up again. Begin a new one.',
    ),
  resumeSuperseded: () =>
    refusal(
      4000,
      'invalid_request_error',
      'resume_superseded',
      'resume',
      'The session was taken up again on a later connection. Only a handle of the newest one is good.',
    ),
  resumeNotAvailable: () =>
    refusal(
      4000,
      'invalid_request_error',
      'resume_not_available',
      'resume',
      'Sessions of this kind can’t be taken up again. Begin a new one.',
    ),
  stateUnavailable: () =>
    refusal(
      1013,
      'server_error',
      'state_unavailable',
      null,
      'The server can’t reach what it shares with others, and takes no new sessions until it does. Try again later.',
    ),
  upstreamUnavailable: () =>
    refusal(
      1013,
      'server_error',
      'upstream_unavailable',
      null,
      'None of the endpoints that answer for this model could be reached. Try again later.',
    ),
  upstreamRefused: () =>
    refusal(
      1011,
      'server_error',
      'upstream_refused',
      null,
      'The endpoint that answers for this model does not accept this server. Its operator has to look at it.',
    ),
  internal: (sessionId?: string) =>
    refusal(
      1011,
      'server_error',
      null,
      null,
      `The server had an error and can’t go on with this session${sessionId === undefined ? '' : ` (${sessionId})`}.`,
    ),
} as const;

/** Opens the wire only to end it. */
export function refuse(wire: Wire, why: Refusal): void {
  wire.open({ frame() {}, binary() {}, drained() {}, closed() {} });
  end(wire, why);
}

/** Tells the peer why, then closes; the close reason is the error's type and code, joined by a dot (behaviour §1.1). */
export function end(wire: Wire, { error, closeCode }: Refusal): void {
  wire.send(errorText(error));
  wire.close(closeCode, error.code ? `${error.type}.${error.code}` : error.type);
}

/** An error as an event that no session has sent. */
export function errorText(error: ApiError): string {
  return serializeServerEvent(ServerEvent.errorEvent(newEventId(), error));
}

function refusal(closeCode: number, type: string, code: string | null, param: string | null, message: string): Refusal {
  return { closeCode, error: { type, code, message, param, event_id: null } };
}

/** An event's id that comes from no session. */
export function newEventId(): string {
  const [a = 0, b = 0, c = 0, d = 0] = crypto.getRandomValues(new Uint32Array(4));
  return idAt(idSource([a, b, c, d]), 'event', 0);
}

function offer(names: readonly string[]): string {
  return names.length === 0 ? 'No model is configured.' : `Models: ${names.slice(0, 20).join(', ')}.`;
}
