import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { until } from '../clients/until.ts';
import { connect } from '../e2e/peer.ts';
import { append, typed } from '../promises/memory-client.ts';
import { repeats } from '../setup/scale.ts';
import type { Health } from './health.ts';
import { connectRaw, frame, type RawClient, upgradeRequest } from './raw-client.ts';
import { type ServerUnderFire, startUnderFire } from './server-under-fire.ts';

const cycles = repeats(10_000);
/** How often each fault happens. */
const times = repeats(200);
const cyclesAtOnce = 40;
/** How far from where it was memory may come to rest: at scale 10 a few hundred bytes for each cycle would show. */
const slackBytes = 4_000_000;
/** Connections over which the metrics themselves are read come and go. */
const slackFiles = 8;

let server: ServerUnderFire;
let before: Health;

beforeAll(async () => {
  server = await startUnderFire();
  // What is made once is made now: code is compiled, caches are filled, each kind of fault has happened.
  await inBatches(Math.min(1000, cycles), cycle);
  for (const fault of Object.values(faults)) await fault();
  await server.expectToAnswer();
  before = await server.healthWhen(({ sessions }) => sessions === 0);
});

afterAll(() => server.stop());

/** An upgraded connection on which the server has said its first word. */
async function upgraded(): Promise<RawClient> {
  const client = await connectRaw(server.url);
  client.socket.write(upgradeRequest());
  await until('the session', () => client.received().includes('session.created'));
  return client;
}

/** Drops the connection with a reset, as a crashed process or a pulled plug does. */
async function reset({ socket, closed }: RawClient): Promise<void> {
  socket.resetAndDestroy();
  await closed;
}

/** Sends what no client should, and waits for the server to hang up. */
async function refusedBytes(bytes: Buffer): Promise<void> {
  const client = await upgraded();
  client.socket.write(bytes);
  await client.closed;
}

/** Bytes that look random and are the same in each run. */
function noise(length: number, seed: number): Buffer {
  let state = seed;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    }),
  );
}

const faults = {
  async midHandshake() {
    const client = await connectRaw(server.url);
    client.socket.write(upgradeRequest().slice(0, 60));
    await reset(client);
  },
  async midHead() {
    const client = await upgraded();
    client.socket.write(frame(Buffer.alloc(1000)).subarray(0, 1));
    await reset(client);
  },
  async midFrame() {
    const client = await upgraded();
    const event = Buffer.from(JSON.stringify(append(200)).slice(0, 60_000));
    client.socket.write(frame(event).subarray(0, 5000));
    await reset(client);
  },
  async midMessage() {
    const client = await upgraded();
    client.socket.write(frame(Buffer.from('{"type":"response.'), 0x01)); // more of the message is to follow
    await reset(client);
  },
  async midSpeech() {
    const peer = await connect(server.realtime);
    for (let sent = 0; sent < 6; sent++) peer.send(append(20));
    await peer.event('input_audio_buffer.speech_started');
    peer.socket.terminate();
  },
  async midTurn() {
    const peer = await connect(server.realtime);
    peer.send({ type: 'response.create' });
    await peer.event('response.output_audio.delta');
    peer.socket.terminate();
  },
  async midTool() {
    const peer = await connect(server.realtime);
    peer.send(typed('use the tool'));
    peer.send({ type: 'response.create' });
    await peer.event('response.function_call_arguments.delta');
    peer.socket.terminate();
  },
  async beforeToolOutput() {
    const peer = await connect(server.realtime);
    peer.send(typed('use the tool'));
    peer.send({ type: 'response.create' });
    await peer.event('response.done');
    peer.socket.terminate();
  },
  async noiseForHttp() {
    const client = await connectRaw(server.url);
    client.socket.write(noise(4096, 1));
    await client.closed;
  },
  noiseForFrames: () => refusedBytes(noise(4096, 2)),
  unmaskedFrame: () => refusedBytes(Buffer.from([0x81, 0x02, 0x7b, 0x7d])),
  reservedBits: () => refusedBytes(frame(Buffer.from('{}'), 0xf1)),
  brokenText: () => refusedBytes(frame(Buffer.from([0xff, 0xfe, 0xfd]))),
  endlessFrame: () =>
    refusedBytes(Buffer.from([0x81, 0xff, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])),
} as const;

/** Connects, hears the first event and leaves: by the closing handshake, or without a word. */
async function cycle(count: number): Promise<void> {
  const socket = new WebSocket(server.realtime);
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('message', () => {
      if (count % 2 === 0) socket.close();
      else socket.terminate();
    });
    socket.once('close', () => resolve());
  });
}

/** Runs so many pieces of work, some at a time. */
async function inBatches(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const runOn = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: cyclesAtOnce }, runOn));
}

/** Everything that sessions held is free again. */
async function expectRecovery(): Promise<void> {
  await server.expectToAnswer();
  const after = await server.healthWhen(
    ({ sessions, liveBytes, openFiles }) =>
      sessions === 0 && liveBytes < before.liveBytes + slackBytes && openFiles <= before.openFiles + slackFiles,
  );
  expect(after.sessions).toBe(0);
}

describe('a client that', () => {
  it.each([
    ['dies in the middle of the handshake', faults.midHandshake],
    ['dies in the middle of a frame’s head', faults.midHead],
    ['dies in the middle of a frame', faults.midFrame],
    ['dies in the middle of a message of several frames', faults.midMessage],
    ['dies while it speaks', faults.midSpeech],
    ['dies while it is spoken to', faults.midTurn],
    ['dies while a tool is being called', faults.midTool],
    ['dies and owes the output of a tool', faults.beforeToolOutput],
    ['sends noise in place of HTTP', faults.noiseForHttp],
    ['sends noise in place of frames', faults.noiseForFrames],
    ['sends a frame without a mask', faults.unmaskedFrame],
    ['sets bits that are reserved', faults.reservedBits],
    ['sends text that is no UTF-8', faults.brokenText],
    ['announces a frame without end', faults.endlessFrame],
  ])('%s leaves nothing behind, however often', async (_, fault) => {
    await inBatches(times, fault);
    await expectRecovery();
  });
});

describe('connecting and leaving', () => {
  it('leaves nothing behind, however often', async () => {
    const { sessionsEver } = await server.health();
    await inBatches(cycles, cycle);
    await expectRecovery();
    const after = await server.health();
    console.log(`${cycles} cycles; live bytes before ${before.liveBytes}, after ${after.liveBytes}`);
    expect(after.sessionsEver - sessionsEver).toBeGreaterThanOrEqual(cycles);
  });
});
