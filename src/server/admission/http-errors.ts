import { shortened } from '../../protocol/check/problem.ts';

/** The error object in the body of a failed HTTP request: `{"error": …}`, every key always present (contract). */
export interface HttpError {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

/** Every way an HTTP request can fail. */
export const httpErrors = {
  unknownUrl: (method: string, path: string) =>
    invalid('unknown_url', null, `Unknown request URL: ${method} ${shortened(path)}. Check the URL for typos.`),
  methodNotAllowed: (method: string, path: string, allowed: readonly string[]) =>
    invalid('method_not_allowed', null, `${path} takes ${allowed.join(', ')}, not ${method}.`),
  upgradeRequired: () =>
    invalid('upgrade_required', null, 'The Realtime API is spoken over WebSocket: connect with a WebSocket client.'),
  malformedUpgrade: (reason: string) =>
    invalid('invalid_upgrade', null, `The WebSocket handshake is not valid: ${reason}.`),
  originNotAllowed: () =>
    invalid(
      'origin_not_allowed',
      null,
      "Requests of this origin may not use the server. Add it to allowed_origins. If it is the server's own address, a valid key is enough.",
    ),
  hostNotAllowed: () =>
    invalid('host_not_allowed', null, 'The server may not be reached under this Host. Add its name to allowed_hosts.'),
  forwardNotAccepted: () =>
    invalid(
      'forward_not_accepted',
      null,
      'The request says that another node has passed it on, and none of this endpoint has. Leave out x-antiphon-forward.',
    ),
  noCredentials: () => invalid(null, null, 'Missing bearer or basic authentication in header'),
  wrongKey: () => invalid('invalid_api_key', null, 'Incorrect API key provided.'),
  tooManyWrongKeys: (seconds: number): HttpError => ({
    message: `Too many wrong API keys came from this address. Try again in ${seconds} s, or present the right one.`,
    type: 'rate_limit_error',
    param: null,
    code: 'too_many_wrong_keys',
  }),
  bodyTooLarge: (maxBytes: number) =>
    invalid('request_too_large', null, `The request body has more than ${maxBytes} bytes.`),
  chunksTooLarge: () => invalid('request_too_large', null, 'The extensions of the chunks of the body are too large.'),
  headersTooLarge: () => invalid('headers_too_large', null, 'The request line and headers have more than 16 KiB.'),
  requestTimeout: () => invalid('request_timeout', null, 'The request was not complete in time.'),
  malformedRequest: (reason: string) =>
    invalid('malformed_request', null, `The request is not valid HTTP: ${reason.replace(/[.]$/, '')}.`),
  expectationFailed: () => invalid('expectation_failed', null, "The only expectation that is met is '100-continue'."),
  noProxy: () => invalid('method_not_allowed', null, 'CONNECT is for proxies, and this is none.'),
  tooManySecrets: (limit: number): HttpError => ({
    message: `The server has reached its limit of ${limit} client secrets. Try again later.`,
    type: 'rate_limit_error',
    param: null,
    code: 'client_secret_limit_reached',
  }),
  limitReached: (seconds: number): HttpError => ({
    message: `Rate limit reached for requests per minute. Please try again in ${seconds}s.`,
    type: 'rate_limit_error',
    param: null,
    code: 'rate_limit_exceeded',
  }),
  quotaUsedUp: (): HttpError => ({
    message: 'What this API key may spend is used up.',
    type: 'insufficient_quota',
    param: null,
    code: 'insufficient_quota',
  }),
  secretTooLarge: (maxBytes: number, bytes: number) =>
    invalid(
      'invalid_value',
      'session',
      `Invalid 'session': the session of a client secret may have at most ${maxBytes} bytes as JSON, but has ${bytes}.`,
    ),
  missingOffer: () =>
    invalid(
      'missing_required_parameter',
      'sdp',
      "Missing required parameter: 'sdp'. Send the SDP offer as the body, of type application/sdp, or as the field sdp of a form.",
    ),
  badOffer: (reason: string) => invalid('invalid_offer', 'sdp', reason),
  unsupportedContentType: (type: string) =>
    invalid(
      'unsupported_content_type',
      null,
      `Unsupported content type: '${shortened(type)}'. Send application/sdp, or multipart/form-data with the fields sdp and session.`,
    ),
  malformedForm: (reason: string) =>
    invalid('malformed_request', null, `The form of the request can't be read: ${reason.replace(/[.]$/, '')}.`),
  unknownField: (name: string) =>
    invalid('unknown_parameter', shortened(name), `Unknown parameter: '${shortened(name)}'.`),
  modelTwice: (ofSession: string, ofAddress: string) =>
    invalid(
      'invalid_model',
      'session.model',
      `The session names the model '${shortened(ofSession)}', the address '${shortened(ofAddress)}'. Name one of them.`,
    ),
  callNotPassedOn: (model: string | null) =>
    invalid(
      'invalid_model',
      'model',
      `${model === null ? 'The model that listens here' : `Model '${shortened(model)}'`} is answered by another endpoint, which takes no calls over WebRTC. Connect by WebSocket.`,
    ),
  callsUnavailable: (reason: string): HttpError => ({
    message: reason,
    type: 'server_error',
    param: null,
    code: 'calls_unavailable',
  }),
  callIsUp: (callId: string) =>
    invalid(
      'invalid_call_state',
      'call_id',
      `Call '${shortened(callId)}' has been up since it was answered. It can be hung up, and nothing else.`,
    ),
  callAnswered: (callId: string) =>
    invalid('call_already_answered', 'call_id', `Call '${shortened(callId)}' has been answered already.`),
  callEnded: (callId: string) =>
    invalid(
      'call_ended',
      'call_id',
      `Call '${shortened(callId)}' has ended: the caller has given up, or it was ended here.`,
    ),
  callRings: (callId: string) =>
    invalid('invalid_call_state', 'call_id', `Call '${shortened(callId)}' still rings. Accept it first.`),
  badStatus: (status: number) =>
    invalid(
      'invalid_value',
      'status_code',
      `Invalid 'status_code': ${status} turns no call down. Choose a SIP status from 300 to 699, such as 486 or 603.`,
    ),
  badSignature: () =>
    invalid(
      'invalid_signature',
      null,
      'The request does not bear the signature of the carrier that it claims to be of.',
    ),
  missingCallSid: () =>
    invalid(
      'missing_required_parameter',
      'CallSid',
      "Missing required parameter: 'CallSid'. A carrier's webhook names its call.",
    ),
  phoneNotPassedOn: (model: string) =>
    invalid(
      'invalid_model',
      'model',
      `Model '${shortened(model)}' is answered by another endpoint, which takes no telephone calls.`,
    ),
  referRefused: () =>
    invalid('invalid_value', 'target_uri', "Invalid 'target_uri': calls may not be transferred there."),
  referFailed: (): HttpError => ({
    message: 'The carrier did not transfer the call.',
    type: 'server_error',
    param: null,
    code: 'refer_failed',
  }),
  unknownCall: (callId: string) =>
    invalid('call_id_not_found', 'call_id', `No call with id '${shortened(callId)}' is in progress.`),
  unknownSession: (id: string) => invalid('session_not_found', null, `No session with id '${shortened(id)}' is open.`),
  internal: (): HttpError => ({
    message: 'The server had an error while processing your request.',
    type: 'server_error',
    param: null,
    code: null,
  }),
} as const;

function invalid(code: string | null, param: string | null, message: string): HttpError {
  return { message, type: 'invalid_request_error', param, code };
}

/** The status that each is answered with. */
export const httpStatuses = {
  unknownUrl: 404,
  methodNotAllowed: 405,
  upgradeRequired: 426,
  malformedUpgrade: 400,
  originNotAllowed: 403,
  hostNotAllowed: 403,
  forwardNotAccepted: 403,
  noCredentials: 401,
  wrongKey: 401,
  tooManyWrongKeys: 429,
  bodyTooLarge: 413,
  chunksTooLarge: 413,
  headersTooLarge: 431,
  requestTimeout: 408,
  malformedRequest: 400,
  expectationFailed: 417,
  noProxy: 405,
  tooManySecrets: 429,
  limitReached: 429,
  quotaUsedUp: 429,
  secretTooLarge: 400,
  missingOffer: 400,
  badOffer: 400,
  unsupportedContentType: 400,
  malformedForm: 400,
  unknownField: 400,
  modelTwice: 400,
  callNotPassedOn: 400,
  callsUnavailable: 501,
  callIsUp: 409,
  callAnswered: 409,
  callEnded: 409,
  callRings: 409,
  badStatus: 400,
  badSignature: 403,
  missingCallSid: 400,
  phoneNotPassedOn: 400,
  referRefused: 400,
  referFailed: 502,
  unknownCall: 404,
  unknownSession: 404,
  internal: 500,
} as const satisfies Readonly<Record<keyof typeof httpErrors, number>>;
