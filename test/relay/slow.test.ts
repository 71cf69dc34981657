import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { type Program, serve as run } from '../clients/program.ts';
import { until } from '../clients/until.ts';
import { connect } from '../e2e/peer.ts';
import { answeringUpstream, relayed } from './answering-upstream.ts';

const delta = JSON.stringify({
  type: 'response.output_audio.delta',
  event_id: 'event_1',
  response_id: 'resp_1',
  item_id: 'item_1',
  output_index: 0,
  content_index: 0,
  delta: 'A'.repeat(3_200),
});
const append = JSON.stringify({ type: 'input_audio_buffer.append', audio: 'A'.repeat(3_200) });

const programs: Program[] = [];
const tcp: Socket[] = [];

afterAll(async () => {
  for (const socket of tcp) socket.destroy();
  await Promise.all(programs.map((program) => program.stop()));
});

/** A relay in a process of its own, and what it says of itself. */
async function relayTo(url: string) {
  const program = await run(['--relay', url, '--log-level', 'silent']);
  programs.push(program);
  const figure = async (name: string): Promise<number> => {
    const text = await (await fetch(`${program.url}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  };
  return { program, figure };
}

/** How often the relay is looked at after it is full: as often, it could have read on. */
const looks = 50;

/** Sends far more than may wait, and looks at the relay once it is full, and then again and again. */
async function fill(socket: WebSocket, text: string, figure: (name: string) => Promise<number>): Promise<number> {
  for (let count = 0; count < 25_000; count++) socket.send(text);
  let most = 0;
  for (let look = 0; look < looks; look++) most = Math.max(most, await figure('process_resident_memory_bytes'));
  expect(socket.bufferedAmount).toBeGreaterThan(40_000_000);
  return most;
}

/** A client that reads the answer to its upgrade and nothing after it. */
async function deafClient(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connectTcp(Number(port), hostname);
  tcp.push(socket);
  const head = ['GET /v1/realtime?model=m HTTP/1.1', `Host: ${hostname}:${port}`, 'Connection: Upgrade'];
  const handshake = ['Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='];
  socket.write(`${[...head, ...handshake].join('\r\n')}\r\n\r\n`);
  await once(socket, 'data');
  socket.pause();
  return socket;
}

describe('a client that does not read', () => {
  it('costs the relay no more than twenty megabytes, however much there is for it', async () => {
    const upstream = await answeringUpstream();
    const { program, figure } = await relayTo(upstream.url);
    // What passes once is what memory is like while much passes.
    const reader = await connect(`${program.socketUrl}/v1/realtime?model=m`);
    await reader.event('session.created');
    reader.socket.removeAllListeners('message');
    let read = 0;
    reader.socket.on('message', () => void (read += 1));
    const first = await upstream.session();
    for (let count = 0; count < 20_000; count++) first.socket.send(delta);
    await until('all of them to be read', () => read === 20_000);
    const before = await figure('process_resident_memory_bytes');
    await deafClient(program.url);
    const second = await upstream.session(1);
    expect((await fill(second.socket, delta, figure)) - before).toBeLessThan(20_000_000);
    expect(await figure('antiphon_unsent_bytes')).toBeGreaterThan(1_000_000);
    expect(await figure('antiphon_unsent_bytes')).toBeLessThan(2_000_000);
    reader.socket.terminate();
  });
});

describe('an upstream that does not read', () => {
  it('costs the relay no more than that either, and its client has to wait', async () => {
    const upstream = await answeringUpstream();
    const { program, figure } = await relayTo(upstream.url);
    const warm = await connect(`${program.socketUrl}/v1/realtime?model=m`);
    const first = await upstream.session();
    for (let count = 0; count < 20_000; count++) warm.socket.send(append);
    await until('all of them to be read', () => first.frames.length === 20_000);
    const before = await figure('process_resident_memory_bytes');
    const peer = await connect(`${program.socketUrl}/v1/realtime?model=m`);
    const second = await upstream.session(1);
    second.socket.pause();
    expect((await fill(peer.socket, append, figure)) - before).toBeLessThan(20_000_000);
    // It reads on, and everything is there.
    second.socket.resume();
    peer.send({ type: 'the.last' });
    await until('the rest', () => second.frames.at(-1)?.data.toString() === '{"type":"the.last"}');
    warm.socket.terminate();
    peer.socket.terminate();
  });
});

describe('a client whose limit is small', () => {
  it('is closed with 1008 where it does not read, and its upstream is left', async () => {
    const { peer, session } = await relayed({ limits: { unsentBytes: 100_000 } });
    await peer.event('session.created');
    peer.socket.pause();
    for (let count = 0; count < 5_000; count++) session.socket.send(delta);
    expect(await session.closed()).toMatchObject({ code: 1008 });
    peer.socket.resume();
    expect(await peer.closed()).toEqual({ code: 1008, reason: 'invalid_request_error.slow_consumer' });
  });
});
