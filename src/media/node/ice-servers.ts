import type { IceServer as NativeServer } from 'node-datachannel';

/** A STUN or TURN server that our side asks, as browsers write it. */
export interface IceServer {
  /** `stun:`, `turn:` or `turns:`, a host, and where it is not the usual one a port; for TURN perhaps `?transport=tcp`. */
  readonly urls: string | readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

/** What the URL of one looks like. */
export const iceUrlShape = /^(stun|turn|turns):(\[[0-9a-fA-F:.]+\]|[\w.-]+)(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/;

/** As the library wants them. Throws a RangeError for a URL that is none. */
export function nativeServers(servers: readonly IceServer[]): NativeServer[] {
  return servers.flatMap(({ urls, username, credential }) =>
    [urls].flat().map((url) => ({
      ...place(url),
      ...(username === undefined ? {} : { username }),
      ...(credential === undefined ? {} : { password: credential }),
    })),
  );
}

function place(url: string): NativeServer {
  const [, scheme, host, port, transport] = iceUrlShape.exec(url) ?? [];
  if (host === undefined) throw new RangeError(`${url} is not the URL of a STUN or TURN server.`);
  const hostname = host.replace(/^\[|\]$/g, '');
  const number = Number(port ?? (scheme === 'turns' ? 5349 : 3478));
  if (scheme === 'stun') return { hostname, port: number };
  const overTcp = transport === 'tcp' ? 'TurnTcp' : 'TurnUdp';
  return { hostname, port: number, relayType: scheme === 'turns' ? 'TurnTls' : overTcp };
}
