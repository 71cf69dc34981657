import type { Wire } from '../wire.ts';
import type { WebDialOptions } from './dial.ts';
import { openedWire, socketWire } from './socket.ts';

type Headers = Readonly<Record<string, string>>;

export interface HeaderDialOptions extends WebDialOptions {
  readonly headers?: Headers;
}

/** WebSockets of Bun and Deno take headers beside the subprotocols. */
interface HeaderSocket {
  new (url: string, options: { readonly protocols: string[]; readonly headers: Headers }): WebSocket;
}

/** What Workers answer an upgrade with. */
interface UpgradeResponse {
  readonly webSocket?: (WebSocket & { accept(): void }) | null;
  readonly status: number;
}

/**
 * Opens a WebSocket to `url` (`ws:` or `wss:`) with headers, as Bun, Deno and Workers can. Rejects when the peer can't be
 * reached.
 */
export async function dial(url: string, options: HeaderDialOptions = {}): Promise<Wire> {
  // Workers have no headers for their WebSocket, and an upgrade by `fetch` in its place.
  if ('WebSocketPair' in globalThis) return socketWire(await upgraded(url, options));
  const { protocols = [], headers = {}, signal } = options;
  const WithHeaders = WebSocket as unknown as HeaderSocket;
  return openedWire(new WithHeaders(url, { protocols: [...protocols], headers }), signal);
}

async function upgraded(url: string, { protocols = [], headers = {}, signal }: HeaderDialOptions): Promise<WebSocket> {
  const offered = protocols.length === 0 ? {} : { 'Sec-WebSocket-Protocol': protocols.join(', ') };
  const answer: UpgradeResponse = await fetch(url.replace(/^ws/, 'http'), {
    headers: { ...headers, ...offered, Upgrade: 'websocket' },
    ...(signal === undefined ? {} : { signal }),
  });
  const socket = answer.webSocket ?? null;
  if (socket === null) throw new Error(`The server answered ${answer.status} and no WebSocket.`);
  socket.accept();
  return socket;
}
