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
    invalid('unknown_url', null, `Unknown request URL: ${method} ${path}. Check the URL for typos.`),
  methodNotAllowed: (method: string, path: string, allowed: readonly string[]) =>
    invalid('method_not_allowed', null, `${path} takes ${allowed.join(', ')}, not ${method}.`),
  upgradeRequired: () =>
    invalid('upgrade_required', null, 'The Realtime API is spoken over WebSocket: connect with a WebSocket client.'),
  malformedUpgrade: (reason: string) =>
    invalid('invalid_upgrade', null, `The WebSocket handshake is not valid: ${reason}.`),
  originNotAllowed: () =>
    invalid('origin_not_allowed', null, 'Pages of this origin may not use the server. Add it to allowed_origins.'),
  noCredentials: () => invalid(null, null, 'Missing bearer or basic authentication in header'),
  wrongKey: () => invalid('invalid_api_key', null, 'Incorrect API key provided.'),
  bodyTooLarge: (maxBytes: number) =>
    invalid('request_too_large', null, `The request body has more than ${maxBytes} bytes.`),
  unknownCall: (callId: string) =>
    invalid('call_id_not_found', 'call_id', `No call with id '${callId.slice(0, 100)}' is in progress.`),
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
