import type { Wire } from '../wire/wire.ts';
import { ClientError } from './errors.ts';
import { type DialSession, LiveSession } from './live-session.ts';
import type { ConnectOptions, Platform } from './options.ts';
import type { Resume } from './restore/resuming.ts';
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
  const { reconnect = {} } = options;
  // Other endpoints than those of an address of one's own are not asked for what they don't know.
  const asks = reconnect !== false && reconnect.resume !== false && options.url !== undefined;
  const mayResume = asks && options.callId === undefined && options.transport?.resumes !== false;
  return async (signal, resume): Promise<Wire> => {
    const key = await keyOf(options);
    const endpoint = isOwn ? { url: '', headers: {}, protocols: [] } : platform.endpointOf(options, key);
    const url = mayResume ? resumable(endpoint.url, resume) : endpoint.url;
    return dial({ ...endpoint, url, session: options.session, signal });
  };
}

/** The address that asks for a handle, or takes up the session of one. */
function resumable(address: string, resume: Resume | null): string {
  const url = new URL(address);
  const { searchParams: query } = url;
  if (resume === null) query.set('resumption', '1');
  else {
    for (const name of ['model', 'intent']) query.delete(name);
    query.set('resume', resume.handle);
    if (resume.after !== null) query.set('after', resume.after);
  }
  return url.href;
}

async function keyOf({ key }: ConnectOptions): Promise<string | undefined> {
  if (typeof key !== 'function') return key;
  try {
    return await key();
  } catch (cause) {
    throw new ClientError('key_unavailable', { cause });
  }
}
