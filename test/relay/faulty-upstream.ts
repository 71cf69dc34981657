import { readFileSync } from 'node:fs';
import { createServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { certificate } from '../clients/program.ts';

/** An endpoint that misbehaves in one way, and how often it was asked. */
export interface FaultyUpstream {
  readonly url: string;
  /** Connections so far, of TCP. */
  readonly reached: () => number;
}

const servers: (Server | HttpServer)[] = [];
const sockets = new Set<Socket | Duplex>();

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  for (const server of servers.splice(0)) server.close();
});

/** Does to every connection what it is told to. */
export async function overTcp(behave: (socket: Socket) => void, scheme: 'ws' | 'wss' = 'ws'): Promise<FaultyUpstream> {
  return listening(createTcpServer({ allowHalfOpen: true }, behave), scheme);
}

/** TLS with a certificate that nobody trusts. */
export async function overUntrustedTls(): Promise<FaultyUpstream> {
  const { cert, key } = certificate();
  return listening(createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) }), 'wss');
}

/** Answers every upgrade request with these bytes or by this. */
export async function overHttp(answer: (stream: Duplex, request: IncomingMessage) => void): Promise<FaultyUpstream> {
  const server = createServer();
  server.on('upgrade', (request, stream) => answer(stream, request));
  return listening(server, 'ws');
}

/** An answer to an upgrade that is none. */
export function status(code: number, body = '', headers = ''): (stream: Duplex) => void {
  const length = Buffer.byteLength(body);
  return (stream) => {
    stream.end(`HTTP/1.1 ${code} Fault\r\nContent-Length: ${length}\r\n${headers}Connection: close\r\n\r\n${body}`);
  };
}

/** Upgrades, then does this. */
export async function overWebSocket(
  behave: (socket: WebSocket, request: IncomingMessage) => void,
): Promise<FaultyUpstream> {
  const accept = new WebSocketServer({ noServer: true });
  return overHttp((stream, request) => {
    accept.handleUpgrade(request, stream, Buffer.alloc(0), (socket) => {
      socket.on('error', () => {});
      behave(socket, request);
    });
  });
}

/** The address of nobody: a port that was free a moment ago. */
export async function overNobody(): Promise<FaultyUpstream> {
  const server = createTcpServer();
  const { url } = await listening(server, 'ws');
  await new Promise((resolve) => server.close(resolve));
  return { url, reached: () => 0 };
}

/** Has a server listen, until the test is over. */
export async function listening(server: Server | HttpServer, scheme: 'ws' | 'wss'): Promise<FaultyUpstream> {
  servers.push(server);
  let reached = 0;
  server.on('connection', (socket: Socket) => {
    reached += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `${scheme}://127.0.0.1:${port}/v1/realtime`, reached: () => reached };
}
