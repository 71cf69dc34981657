import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server as NetServer } from 'node:net';
import { WebSocketServer } from 'ws';

export interface Peer {
  readonly url: string;
  close(): void;
}

/** A server that answers every request for a WebSocket with a status. */
export async function refusingPeer(status: number): Promise<Peer> {
  const server = createServer();
  server.on('upgrade', (_request, socket) => socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`));
  return listening(server);
}

/** A server that pings, and closes with this code when the pong is there. */
export async function pingingPeer(code: number): Promise<Peer> {
  const server = createServer();
  new WebSocketServer({ server }).on('connection', (socket) => {
    socket.once('pong', () => socket.close(code));
    socket.ping();
  });
  return listening(server);
}

async function listening(server: NetServer): Promise<Peer> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return { url: `ws://127.0.0.1:${address.port}`, close: () => server.close() };
}
