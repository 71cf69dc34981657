import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { connector } from '../../src/server/mcp/connection.ts';
import { reasonOf } from '../../src/server/mcp/outcome.ts';
import { mcpRules } from '../../src/server/mcp/rules.ts';
import { virtualClock } from '../../src/testing/index.ts';
import { until } from '../clients/until.ts';

let server: Server | null = null;
afterEach(() => void server?.close());

/** A server that takes every connection, reads what comes and never answers, or as `answer` says. */
async function mute(answer: (socket: Socket, request: string) => void = () => {}): Promise<{
  readonly url: string;
  readonly open: ReadonlySet<Socket>;
  readonly asked: () => number;
}> {
  const open = new Set<Socket>();
  let asked = 0;
  server = createServer((socket) => {
    open.add(socket);
    socket
      .on('error', () => {})
      .on('data', (data) => {
        asked++;
        answer(socket, String(data));
      });
    socket.once('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens
  return { url: `http://127.0.0.1:${port}/mcp`, open, asked: () => asked };
}

const { signal } = new AbortController();

function connectionTo(url: string, clock = virtualClock()) {
  const network = { rules: mcpRules({ allow: [url] }), resolve: () => Promise.resolve([]) };
  const connection = connector(network, clock)({ id: 'item_1', label: 'mute', url, headers: {} });
  return { connection, clock };
}

it('no socket stays to a server that accepts and never answers, once its time is over', async () => {
  const { url, open, asked } = await mute();
  const { connection, clock } = connectionTo(url);
  const failed = connection.list(signal).catch((cause: unknown) => cause);
  await until('the request', () => asked() > 0);
  expect(open.size).toBe(1);
  clock.advance(30_000);
  expect(await failed).toBeInstanceOf(Error);
  await until('the socket to go', () => open.size === 0);
  const again = connection.list(signal).catch((cause: unknown) => cause);
  await until('another try', () => asked() > 1);
  connection.close();
  expect(await again).toBeInstanceOf(Error);
  await until('the socket to go', () => open.size === 0);
  expect(clock.waiting).toBe(0);
});

it('no socket stays to it once its session is over', async () => {
  const { url, open, asked } = await mute();
  const { connection } = connectionTo(url);
  const stop = new AbortController();
  const failed = connection.list(stop.signal).catch((cause: unknown) => cause);
  await until('the request', () => asked() > 0);
  stop.abort(new Error('enough'));
  connection.close();
  expect(await failed).toMatchObject({ message: 'enough' });
  await until('the socket to go', () => open.size === 0);
});

/** The head of an answer that is a stream of events, and the beginning of an event that does not end. */
const endless = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: ';

function pour(socket: Socket): void {
  socket.write(endless);
  const more = (): void => {
    while (!socket.destroyed && socket.write('x'.repeat(100_000)));
  };
  socket.on('drain', more);
  more();
}

/** Says who it is, and does as it likes with every other request. */
function known(then: (socket: Socket) => void) {
  return (socket: Socket, request: string): void => {
    const [, body] = request.split('\r\n\r\n');
    if (body === undefined || body === '') return;
    const { id, method, params } = JSON.parse(body);
    if (method === 'tools/list') return then(socket);
    const serverInfo = { name: 'bad', version: '1' };
    const result = { protocolVersion: params?.protocolVersion, capabilities: { tools: {} }, serverInfo };
    const unknown = { error: { code: -32601, message: 'No.' } };
    const text = JSON.stringify({ jsonrpc: '2.0', id, ...(method === 'initialize' ? { result } : unknown) });
    const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n`;
    socket.write(id === undefined ? 'HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n' : head + text);
  };
}

it.each([
  ['to who it is', pour],
  ['to what tools it has', known(pour)],
])('a server whose answer %s is an event without end is given up as soon as that is too long', async (_, answer) => {
  const { url, open } = await mute(answer);
  const { connection, clock } = connectionTo(url);
  const cause: unknown = await connection.list(signal).catch((each: unknown) => each);
  expect(reasonOf(cause)).toBe('the answer is longer than 4194304 bytes');
  connection.close();
  await until('the sockets to go', () => open.size === 0);
  await until('the timers to go', () => clock.waiting === 0);
});
