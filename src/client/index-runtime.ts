/** The client for Bun, Deno and Workers, which send headers with a WebSocket of their own. */
import { dial } from '../wire/web/dial-with-headers.ts';
import { connector, sessionStarter } from './connect.ts';
import { endpointWithHeaders } from './connection/endpoint.ts';
import type { ConnectOptions, Platform } from './options.ts';
import type { RealtimeSession } from './session.ts';

const platform: Platform = {
  endpointOf: endpointWithHeaders,
  dial: ({ url, ...target }) => dial(url, target),
};

/**
 * Opens a session over a WebSocket and gives it once it may be used. Rejects with a `ClientError`: `unreachable`,
 * `refused`, `timeout`, `aborted`, `invalid_options`, `key_unavailable`, `closed`.
 */
export const connect: (options: ConnectOptions) => Promise<RealtimeSession> = connector(platform);

/** Gives the session at once, while it connects; what is sent meanwhile waits in order. `session.ready` tells when it may be used. */
export const startSession: (options: ConnectOptions) => RealtimeSession = sessionStarter(platform);

export * from './exports.ts';
