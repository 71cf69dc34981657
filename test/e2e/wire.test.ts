import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type VirtualClock, virtualClock } from '../../src/testing/index.ts';
import { type AcceptOptions, acceptor, rawAcceptor } from '../../src/wire/node/accept.ts';
import { dial } from '../../src/wire/node/dial.ts';
import type { RawSocketWire } from '../../src/wire/node/raw-socket.ts';
import type { SocketWire } from '../../src/wire/node/socket.ts';
import type { Wire } from '../../src/wire/wire.ts';
import { until } from '../clients/until.ts';

const servers: Server[] = [];
const sockets: WebSocket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server whose accepted wires the test holds, under a clock that stands still. */
async function accepting(options: Partial<AcceptOptions> = {}) {
  const clock: VirtualClock = virtualClock();
  const wires: SocketWire[] = [];
  const accept = acceptor({ ...plain, clock, ...options });
  const url = await upgrading((...asked) => accept(...asked, (wire) => void wires.push(wire)));
  return { clock, url, wire: () => until('a wire', () => wires.shift()) };
}

/** The same for wires of bytes. */
async function acceptingRaw() {
  const wires: RawSocketWire[] = [];
  const accept = rawAcceptor({ ...plain, clock: virtualClock() });
  const url = await upgrading((...asked) => accept(...asked, (wire) => void wires.push(wire)));
  return { url, wire: () => until('a wire', () => wires.shift()) };
}

const plain = { frameBytes: 1_000_000, malformed: (stream: Duplex) => void stream.destroy() };

async function upgrading(accept: (request: IncomingMessage, stream: Duplex, head: Buffer) => void): Promise<string> {
  const server = createServer();
  servers.push(server);
  server.on('upgrade', accept);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return `ws://127.0.0.1:${port}`;
}

/** A bare client socket, for what no wire of ours does. */
async function bare(url: string, options: { autoPong?: boolean } = {}): Promise<WebSocket> {
  const socket = new WebSocket(url, options);
  sockets.push(socket);
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('open', resolve));
  return socket;
}

/** Writes down what a wire tells. */
function diary(wire: Wire): string[] {
  const lines: string[] = [];
  wire.open({
    frame: (text) => void lines.push(text.length > 50 ? `frame of ${text.length}` : text),
    binary: (bytes) => void lines.push(`binary ${bytes}`),
    drained: () => void lines.push('drained'),
    closed: ({ code, reason }) => void lines.push(`closed ${code} ${reason}`),
  });
  return lines;
}

describe('a wire over a WebSocket', () => {
  it('carries text frames both ways in order, and tells of binary ones', async () => {
    const { url, wire } = await accepting();
    const client = await dial(url);
    const server = await wire();
    const [atClient, atServer] = [diary(client), diary(server)];
    for (const text of ['one', 'två', '']) client.send(text);
    await until('the frames', () => atServer.length === 3);
    server.send('back');
    await until('the answer', () => atClient.includes('back'));
    expect(atServer).toEqual(['one', 'två', '']);
    const socket = await bare(url);
    const other = diary(await wire());
    socket.send(Buffer.alloc(7));
    await until('the binary frame', () => other.length === 1);
    expect(other).toEqual(['binary 7']);
    client.terminate();
  });

  it('takes masked frames of every length, back to back and between pings', async () => {
    const { url, wire } = await accepting();
    const socket = await bare(url);
    const frames: string[] = [];
    (await wire()).open({ frame: (text) => void frames.push(text), binary() {}, drained() {}, closed() {} });
    const sent = [0, 1, 125, 126, 65_535, 65_536, 900_000].map((length) => 'né,'.repeat(length).slice(0, length / 2));
    for (const text of sent) {
      socket.send(text);
      socket.ping('are you there');
    }
    await until('the frames', () => frames.length === sent.length);
    expect(frames).toEqual(sent);
  });

  it('keeps frames and even the close that come before it is opened', async () => {
    const { url, wire } = await accepting();
    const socket = await bare(url);
    socket.send('early');
    socket.send('earlier than open');
    socket.close(1000, 'gone again');
    const lines = diary(await wire());
    await until('the close', () => lines.length === 3);
    expect(lines).toEqual(['early', 'earlier than open', 'closed 1000 gone again']);
  });

  it('tells of its end even where that came before it was opened', async () => {
    const { url, wire } = await accepting();
    const socket = await bare(url);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const server = await wire();
    server.terminate();
    await closed;
    await until('the end', () => server.pendingBytes === 0);
    expect(diary(server)).toEqual(['closed 1006 ']);
  });

  it('closes with what was sent before, a reason cut to 123 bytes, and once', async () => {
    const { url, wire } = await accepting();
    const client = await dial(url);
    const atClient = diary(client);
    const server = await wire();
    const atServer = diary(server);
    server.send('last words');
    server.close(4000, 'é'.repeat(200));
    server.close(4001, 'again');
    server.send('too late');
    await until('both ends to close', () => atClient.length === 2 && atServer.length === 1);
    expect(atClient).toEqual(['last words', `closed 4000 ${'é'.repeat(61)}`]);
    expect(atServer).toEqual([`closed 4000 ${'é'.repeat(61)}`]);
    server.close(4002, 'after the end');
    server.send('after the end');
    expect(server.pendingBytes).toBe(0);
  });

  it('tells 1006 when the peer vanishes', async () => {
    const { url, wire } = await accepting();
    const socket = await bare(url);
    const lines = diary(await wire());
    socket.terminate();
    await until('the close', () => lines.length === 1);
    expect(lines).toEqual(['closed 1006 ']);
  });

  it('closes with 1009 on a frame over its limit, and tells so', async () => {
    const { url, wire } = await accepting({ frameBytes: 100 });
    const client = await dial(url);
    const [atClient, atServer] = [diary(client), diary(await wire())];
    client.send('x'.repeat(100));
    client.send('x'.repeat(101));
    await until('both ends to close', () => atClient.length > 0 && atServer.length > 1);
    expect(atServer).toEqual(['frame of 100', 'closed 1009 frame too large']);
    expect(atClient).toEqual(['closed 1009 ']);
  });

  it('closes with 1007 on text that is not UTF-8', async () => {
    const { url, wire } = await accepting();
    const socket = await bare(url);
    const lines = diary(await wire());
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.send(Buffer.from([0xff, 0xfe]), { binary: false });
    expect(await closed).toBe(1007);
    await until('the close', () => lines.length === 1);
    expect(lines).toEqual(['closed 1007 invalid UTF-8']);
  });

  it('drops a peer that never finishes the closing handshake after five seconds', async () => {
    const { url, wire, clock } = await accepting();
    const socket = await bare(url);
    socket.pause();
    const server = await wire();
    const lines = diary(server);
    server.close(1001, 'bye');
    clock.advance(4_999);
    expect(lines).toEqual([]);
    clock.advance(1);
    await until('the close', () => lines.length === 1);
    expect(lines).toEqual(['closed 1006 ']);
  });

  it('pings every twenty seconds, and drops a peer that answers none', async () => {
    const { url, wire, clock } = await accepting();
    const socket = await bare(url, { autoPong: false });
    let pings = 0;
    socket.on('ping', () => pings++);
    const lines = diary(await wire());
    clock.advance(19_999);
    expect(clock.waiting).toBe(1);
    clock.advance(1);
    await until('a ping', () => pings === 1);
    clock.advance(20_000);
    await until('a second ping', () => pings === 2);
    clock.advance(20_000);
    await until('the close', () => lines.length === 1);
    expect(lines).toEqual(['closed 1006 ']);
    expect(clock.waiting).toBe(0);
  });

  it('keeps a peer that answers pings and says nothing else', async () => {
    const { url, wire, clock } = await accepting();
    const socket = await bare(url);
    let pings = 0;
    socket.on('ping', () => pings++);
    const server = await wire();
    const lines = diary(server);
    for (let round = 1; round <= 5; round++) {
      clock.advance(20_000);
      await until(`ping ${round}`, () => pings === round);
      // A frame behind the pong: once it is here, so is the pong.
      socket.send(`${round}`);
      await until('the pong', () => lines.includes(`${round}`));
    }
    expect(lines).toEqual(['1', '2', '3', '4', '5']);
  });

  it('counts down what waits while one large frame is read, not only once all of it is', async () => {
    const { url, wire } = await accepting();
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' });
    const key = Buffer.alloc(16).toString('base64');
    socket.write(
      `GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    );
    const server = await wire();
    diary(server);
    server.send('x'.repeat(30_000_000));
    await new Promise((resolve) => setImmediate(resolve));
    const atFirst = server.pendingBytes;
    socket.on('data', () => socket.bytesRead > 15_000_000 && socket.pause());
    await until('half of it to be read', () => server.pendingBytes < atFirst - 10_000_000);
    expect(server.pendingBytes).toBeGreaterThan(1_000_000);
    socket.destroy();
  });

  it('counts what a slow reader leaves unread, and tells when that has drained', async () => {
    const { url, wire } = await accepting();
    const socket = await bare(url);
    socket.pause();
    const server = await wire();
    const lines = diary(server);
    for (let count = 0; count < 40; count++) server.send('x'.repeat(1_000_000));
    expect(server.pendingBytes).toBeGreaterThan(10_000_000);
    expect(lines).toEqual([]);
    socket.resume();
    await until('the drain', () => lines.includes('drained'));
    await until('all to be sent', () => server.pendingBytes === 0);
    expect(lines).toEqual(['drained']);
  });

  it('tells as well when a frame has drained that it had from elsewhere, and that nothing follows', async () => {
    const { url, wire } = await acceptingRaw();
    const socket = await bare(url);
    const frames: number[] = [];
    socket.on('message', (data: Buffer) => void frames.push(data.length));
    socket.pause();
    const server = await wire();
    let drained = 0;
    server.open({ frame() {}, drained: () => void (drained += 1), closed() {} });
    let sent = 0;
    // Memory of its own that ends with it, as a frame has that was read by itself.
    for (; server.pendingBytes === 0; sent += 1) server.send(Buffer.alloc(60_000, 'a'), false);
    expect(drained).toBe(0);
    socket.resume();
    await until('the drain', () => drained > 0);
    expect(server.pendingBytes).toBe(0);
    await until('all frames', () => frames.length === sent);
    expect(new Set(frames)).toEqual(new Set([60_000]));
    // What goes at once is no news.
    for (let count = 0; count < 10; count += 1) {
      server.send(Buffer.alloc(100, 'a'), false);
      // oxlint-disable-next-line no-await-in-loop
      await until('it', () => frames.length === sent + 1 + count);
    }
    expect(drained).toBe(1);
  });
});

describe('dialling', () => {
  it('rejects where nobody listens', async () => {
    await expect(dial('ws://127.0.0.1:1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('rejects where the answer is no upgrade', async () => {
    const server = createServer((_request, response) => response.end('hello'));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await expect(dial(`ws://127.0.0.1:${port}`)).rejects.toThrow('200');
  });
});
