import type { Wire } from '../wire/wire.ts';
import { ClientError } from './errors.ts';
import { type DialSession, LiveSession } from './live-session.ts';
import type { ConnectOptions, Platform } from './options.ts';
import type { RealtimeSession } from './session.ts';

/** `startSession` of a platform: gives a session at once, while it connects. What is sent meanwhile waits. */
export function sessionStarter(platform: Platform): (options: ConnectOptions) => RealtimeSession {
  return (options) => {
    const { wire, transport } = options;
    // A wire that is open already can't be opened again.
    if (typeof wire === 'object') return new LiveSession(() => Promise.resolve(wire), { ...options, reconnect: false });
    const session = new LiveSession(dialOf(options, transport ?? platform), options);
    if (transport !== undefined) void session.closed.then(() => transport.ended());
    return session;
  };
}

/** `connect` of a platform: the session once it may be used. */
export function connector(platform: Platform): (options: ConnectOptions) => Promise<RealtimeSession> {
  const start = sessionStarter(platform);
  return async (options) => {
    const session = start(options);
    await session.ready;
    return session;
  };
}

/** Asks for the key anew for each attempt. */
function dialOf(options: ConnectOptions, platform: Platform): DialSession {
  const isOwn = typeof options.wire === 'function' && options.url === undefined && options.provider === undefined;
  const dial = typeof options.wire === 'function' ? options.wire : platform.dial;
  return async (signal): Promise<Wire> => {
    const key = await keyOf(options);
    const endpoint = isOwn ? { url: '', headers: {}, protocols: [] } : platform.endpointOf(options, key);
    return dial({ ...endpoint, session: options.session, signal });
  };
}

async function keyOf({ key }: ConnectOptions): Promise<string | undefined> {
  if (typeof key !== 'function') return key;
  try {
    return await key();
  } catch (cause) {
    throw new ClientError('key_unavailable', { cause });
  }
}
