import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { connector } from '../../src/server/mcp/connection.ts';
import { mcpRules } from '../../src/server/mcp/rules.ts';
import { virtualClock } from '../../src/testing/index.ts';
import { until } from '../clients/until.ts';

let server: Server | null = null;
afterEach(() => void server?.close());

/** A server that takes every connection, reads what comes and never answers. */
async function mute(): Promise<{
  readonly url: string;
  readonly open: ReadonlySet<Socket>;
  readonly asked: () => number;
}> {
  const open = new Set<Socket>();
  let asked = 0;
  server = createServer((socket) => {
    open.add(socket);
    socket.on('data', () => asked++).on('error', () => {});
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
