import { connect as connectTcp } from 'node:net';
import { describe, expect, it } from 'vitest';
import { listen, type RunningServer } from '../../src/server/index.ts';
import { type VirtualClock, virtualClock } from '../../src/testing/index.ts';
import { until } from '../clients/until.ts';
import { connect } from './peer.ts';
import { echo, modelThat, serve, textTurn } from './test-server.ts';

/** Closes the server, for which so much time of its clock must do; sockets take what time they need. */
async function closeWithin(server: RunningServer, clock: VirtualClock, ms: number): Promise<void> {
  let isClosed = false;
  const closing = server.close().finally(() => (isClosed = true));
  for (let passed = 0; passed < ms; passed += 100) {
    clock.advance(100);
    await new Promise(setImmediate);
  }
  await until('the server to close', () => isClosed);
  await closing;
}

describe('limits', () => {
  it('close a connection with 1009 whose frame is too large, and no other', async () => {
    const server = await serve({ limits: { frameBytes: 10_000 } });
    const [large, small] = [await connect(server.realtime), await connect(server.realtime)];
    large.send({ type: 'input_audio_buffer.append', audio: 'A'.repeat(20_000) });
    expect((await large.closed()).code).toBe(1009);
    for (const event of textTurn) small.send(event);
    await small.event('response.done');
  });

  it('hold for frames after inflating', async () => {
    const server = await serve({ limits: { frameBytes: 10_000 }, deflate: true });
    const peer = await connect(server.realtime, { deflate: true });
    peer.send({ type: 'input_audio_buffer.append', audio: 'A'.repeat(1_000_000) });
    expect((await peer.closed()).code).toBe(1009);
  });

  it('leave a model waiting while its client does not read, so that nothing queues without bound', async () => {
    let pulled = 0;
    const endless = modelThat(async function* () {
      for (;;) {
        pulled++;
        yield { type: 'sound', samples: new Int16Array(4000), sampleRate: 24_000 };
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    const server = await serve({ models: { echo: endless }, limits: { unsentBytes: 4_000_000 } });
    const peer = await connect(server.realtime);
    await peer.event('session.created');
    peer.socket.pause();
    peer.send({ type: 'response.create' });
    let last = -1;
    let unchanged = 0;
    await until('the model to be left waiting', () => {
      unchanged = pulled === last ? unchanged + 1 : 0;
      last = pulled;
      return pulled > 0 && unchanged > 50;
    });
    expect(pulled * 10_000).toBeLessThan(60_000_000);
    peer.socket.resume();
    const pulledThen = pulled;
    await until('the model to be asked again', () => pulled > pulledThen);
    peer.socket.terminate();
  });
});

describe('a slow reader', () => {
  // Sent back twice within one turn of the server, which is more than any kernel buffers.
  const text = 'x'.repeat(10_000_000);
  const long = {
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
  };

  it('is told so and closed with 1008 where it reads nothing of what waits for it', async () => {
    const server = await serve({ limits: { unsentBytes: 200_000 } });
    const peer = await connect(server.realtime);
    await peer.event('session.created');
    peer.socket.pause();
    peer.send(long);
    const metrics = async (): Promise<string> => (await fetch(`${server.url}/metrics`)).text();
    while (!(await metrics()).includes('antiphon_errors_total{code="slow_consumer"} 1'));
    peer.socket.resume();
    expect(await peer.event('error')).toMatchObject({ error: { code: 'slow_consumer' } });
    expect(await peer.closed()).toMatchObject({ code: 1008 });
  });

  it('is not one who was sent more at once than anybody can have read', async () => {
    const server = await serve({ limits: { unsentBytes: 200_000 } });
    const peer = await connect(server.realtime);
    for (let times = 0; times < 3; times++) {
      peer.send(long);
      await peer.event('conversation.item.done');
    }
    for (const event of textTurn) peer.send(event);
    await peer.event('response.done');
  });
});

describe('binding', () => {
  it('says that a port is in use', async () => {
    const server = await serve();
    const port = Number(new URL(server.url).port);
    await expect(listen({ port, models: { echo } })).rejects.toMatchObject({
      code: 'address_unavailable',
      message: `Port ${port} on 127.0.0.1 is in use. Stop what uses it, or choose another with --port (0 picks a free one).`,
    });
  });

  it('says that a host is not of this machine', async () => {
    const failed = listen({ port: 0, host: '192.0.2.1', auth: { keys: ['sk-1'] }, models: { echo } });
    await expect(failed).rejects.toMatchObject({ code: 'address_unavailable' });
  });

  it('writes IPv6 hosts in brackets', async () => {
    const server = await serve({ host: '::1' });
    expect(server.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    await (await connect(server.realtime)).event('session.created');
  });
});

describe('closing the server', () => {
  it('closes idle sessions with 1001 and frees the port', async () => {
    const server = await serve();
    const peer = await connect(server.realtime);
    await peer.event('session.created');
    const first = server.close();
    expect(server.close()).toBe(first);
    await first;
    expect((await peer.closed()).code).toBe(1001);
    const again = await serve({ port: Number(new URL(server.url).port) });
    expect(again.url).toBe(server.url);
  });

  it('lets a running response end, and meanwhile refuses new sessions and is not ready', async () => {
    let finish = (): void => {};
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const patient = modelThat(async function* () {
      yield { type: 'text', text: 'Wait' };
      await gate;
      yield { type: 'text', text: ' done' };
    });
    const server = await serve({ models: { echo: patient } });
    const peer = await connect(server.realtime);
    for (const event of textTurn) peer.send(event);
    await peer.event('response.output_text.delta');
    const closing = server.close();

    const late = await connect(server.realtime);
    expect(await late.event('error')).toMatchObject({ error: { type: 'server_error', code: 'server_draining' } });
    expect(await late.closed()).toEqual({ code: 1001, reason: 'server_error.server_draining' });
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);

    finish();
    expect(await peer.event('response.done')).toMatchObject({ response: { status: 'completed' } });
    expect((await peer.closed()).code).toBe(1001);
    await closing;
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow('fetch failed');
  });

  it('does not wait for connections that never say anything', async () => {
    const clock = virtualClock();
    const server = await serve({ clock });
    const socket = connectTcp(Number(new URL(server.url).port), '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    await closeWithin(server, clock, 1_000);
  });

  it('cuts off what would go on, within ten seconds', async () => {
    const clock = virtualClock();
    const endless = modelThat(async function* () {
      yield { type: 'text', text: 'Wait' };
      await new Promise(() => {});
    });
    const server = await serve({ models: { echo: endless }, clock });
    const peer = await connect(server.realtime);
    for (const event of textTurn) peer.send(event);
    await peer.event('response.output_text.delta');
    await closeWithin(server, clock, 10_000);
    await peer.closed();
  });
});
