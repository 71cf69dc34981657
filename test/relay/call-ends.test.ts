import { describe, expect, it } from 'vitest';
import { type VirtualClock, virtualClock } from '../../src/testing/index.ts';
import { postOffer } from '../calls/caller.ts';
import { until } from '../clients/until.ts';
import { refusedUpgrade } from '../e2e/peer.ts';
import type { TestServer } from '../e2e/test-server.ts';
import type { Answering } from './answering-upstream.ts';
import {
  answers,
  type Behaviour,
  beside,
  type CallingUpstream,
  callsVia,
  callUp,
  offerSdp,
  remembering,
  upstreamId,
} from './calling-upstream.ts';

const hangUpUrl = `/v1/realtime/calls/${upstreamId}/hangup`;
const admin = (server: TestServer, path = '', method = 'GET') =>
  fetch(`${server.url}/admin/sessions${path}`, { method });

async function rows(server: TestServer): Promise<Record<string, unknown>[]> {
  const { data } = (await (await admin(server)).json()) as { data: Record<string, unknown>[] };
  return data;
}

/** Lets time pass in steps, with room for what sockets do meanwhile. */
async function pass(clock: VirtualClock, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 50) {
    clock.advance(50);
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A sideband that comes while time passes, much slower than it does for others, so that a busy machine has enough of it. */
async function held(clock: VirtualClock, calling: CallingUpstream, index = 0): Promise<Answering> {
  let sideband: Answering | undefined;
  void calling.sideband(index).then((found) => (sideband = found));
  return until('a sideband', () => {
    if (sideband === undefined) clock.advance(10);
    return sideband;
  });
}

describe('a call whose sideband', () => {
  const refusing: Behaviour = { join: (stream) => void stream.end('HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n') };
  const unknown: Behaviour = { join: (stream) => void stream.end('HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n') };
  const cut: Behaviour = { join: (stream) => void stream.destroy() };
  const silent: Behaviour = { join: () => {} };
  const mute: Behaviour = { first: null };

  it.each([
    ['is not there', refusing],
    ['breaks at once', cut],
    ['is never answered', silent],
    ['says nothing', mute],
  ])('%s is hung up after its grace', async (_, behaviour) => {
    const clock = virtualClock();
    const { server, calling } = await callsVia({ clock, behaviour });
    const id = await callUp(server);
    await until('somebody who wants to join', () => calling.joins.length > 0);
    await pass(clock, 4_900);
    expect(calling.hangUps).toEqual([]);
    expect(await rows(server)).toMatchObject([{ call_id: id, transport: 'webrtc' }]);
    await pass(clock, 200);
    await calling.hungUp();
    expect(calling.hangUps).toEqual([hangUpUrl]);
    await until('the end of the call', async () => (await rows(server)).length === 0);
    expect((await refusedUpgrade(`${server.ws}/v1/realtime?call_id=${id}`)).status).toBe(404);
  });

  it('is refused to our key is hung up at once', async () => {
    const { server, calling } = await callsVia({ clock: virtualClock(), behaviour: unknown });
    await callUp(server);
    await calling.hungUp();
    expect(calling.joins).toHaveLength(1);
  });

  it('is there only after a while goes on', async () => {
    const clock = virtualClock();
    const { server, calling } = await callsVia({ clock, behaviour: refusing });
    const id = await callUp(server);
    await until('somebody who wants to join', () => calling.joins.length > 0);
    calling.does({});
    await held(clock, calling);
    await beside(server, id);
    await pass(clock, 10_000);
    expect(calling.hangUps).toEqual([]);
  });

  it('is lost and can be had again goes on, and nobody beside it knows', async () => {
    const clock = virtualClock();
    const { server, calling } = await callsVia({ clock });
    const id = await callUp(server);
    const peer = await beside(server, id);
    const first = await calling.sideband();
    calling.does(refusing503);
    first.socket.terminate();
    await until('another try', () => calling.joins.length > 1);
    peer.send({ type: 'input_audio_buffer.clear', event_id: 'meanwhile' });
    calling.does({});
    const second = await held(clock, calling, 1);
    expect(await second.event('input_audio_buffer.clear')).toMatchObject({ event_id: 'meanwhile' });
    second.socket.send(JSON.stringify({ type: 'input_audio_buffer.cleared', event_id: 'event_9' }));
    await peer.event('input_audio_buffer.cleared');
    expect(peer.events.filter(({ type }) => type === 'session.created')).toHaveLength(1);
    await pass(clock, 10_000);
    expect(calling.hangUps).toEqual([]);
  });

  const refusing503: Behaviour = { join: (stream) => void stream.end('HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n') };

  it.each([
    ['is lost for good', (socket: { terminate(): void }) => socket.terminate(), 5_100],
    ['is closed with 1001 for good', (socket: { close(code: number): void }) => socket.close(1001), 5_100],
    ['is closed in good order', (socket: { close(code: number): void }) => socket.close(1000), 0],
  ] as const)('%s is hung up, and those beside it are closed', async (_, end, graceMs) => {
    const clock = virtualClock();
    const { server, calling } = await callsVia({ clock });
    const peer = await beside(server, await callUp(server));
    const { socket } = await calling.sideband();
    calling.does(refusing503);
    end(socket);
    if (graceMs > 0) await until('another try', () => calling.joins.length > 1);
    await pass(clock, graceMs);
    await calling.hungUp();
    expect(await peer.closed()).toEqual(
      graceMs > 0 ? { code: 1011, reason: 'upstream connection lost' } : { code: 1000, reason: '' },
    );
  });

  it('is lost and then unknown is over', async () => {
    const { server, calling } = await callsVia({ clock: virtualClock() });
    const peer = await beside(server, await callUp(server));
    const { socket } = await calling.sideband();
    calling.does(refusing);
    socket.terminate();
    expect((await peer.closed()).code).toBe(1011);
    await calling.hungUp();
  });
});

describe('an upstream that is asked to hang up', () => {
  it.each([
    ['fails', answers(503), 4, 'status 503'],
    ['is gone', (response) => void response.destroy(), 4, 'network'],
    ['does not answer', () => {}, 4, 'timed out'],
    ['sends elsewhere', answers(302, '', { location: 'http://127.0.0.1:9/' }), 1, 'status 302'],
    ['refuses', answers(403), 1, 'status 403'],
    ['no longer knows the call', answers(404), 1, null],
  ] as readonly (readonly [string, NonNullable<Behaviour['hangUp']>, number, string | null])[])(
    'and %s is asked so often and no more, and the call is over here',
    async (_, hangUp, tries, why) => {
      const clock = virtualClock();
      const lines: string[] = [];
      const auth = { keys: [{ key: 'sk-a', sessions: 1 }] };
      const { server, calling } = await callsVia({ clock, auth, log: remembering(lines), behaviour: { hangUp } });
      const id = await callUp(server, { key: 'sk-a' });
      const peer = await beside(server, id, 'sk-a');
      const authorization = 'Bearer sk-a';
      const url = `${server.url}/v1/realtime/calls/${id}/hangup`;
      expect((await fetch(url, { method: 'POST', headers: { authorization } })).status).toBe(200);
      expect(await peer.closed()).toEqual({ code: 1000, reason: 'hung up' });
      const offer = () => postOffer(server.url, offerSdp, { key: 'sk-a', query: '?model=m' });
      await until('the place to be free again', async () => {
        await pass(clock, 500);
        return (await offer()).status === 201;
      });
      expect(calling.hangUps).toHaveLength(tries);
      const told = lines.filter((line) => line.startsWith('the upstream does not hang up'));
      expect(told).toHaveLength(why === null ? 0 : 1);
      expect(told[0] ?? '').toContain(why ?? '');
      calling.does({});
    },
  );
});

describe('a call to a relayed model is hung up upstream', () => {
  it('when an operator ends it', async () => {
    const { server, calling } = await callsVia();
    const id = await callUp(server);
    const peer = await beside(server, id);
    const [row] = await rows(server);
    expect(row).toMatchObject({ call_id: id, kind: 'realtime', model: 'm', transport: 'webrtc' });
    expect((await admin(server, `/${row?.['id']}`, 'DELETE')).status).toBe(204);
    expect(await peer.closed()).toEqual({ code: 1000, reason: 'ended by the operator' });
    await calling.hungUp();
  });

  it('when its time is over', async () => {
    const clock = virtualClock();
    const { server, calling } = await callsVia({ clock, limits: { sessionMinutes: 1 } });
    const peer = await beside(server, await callUp(server));
    clock.advance(60_000);
    expect((await peer.closed()).code).toBe(1001);
    expect(await peer.event('error')).toMatchObject({ error: { code: 'session_expired' } });
    await calling.hungUp();
  });

  it('when the server drains, which waits for it', async () => {
    const { server, calling } = await callsVia();
    const peer = await beside(server, await callUp(server));
    await server.close();
    expect(calling.hangUps).toEqual([hangUpUrl]);
    expect((await peer.closed()).code).toBe(1001);
  });

  it('when its response has ended that the drain waits for', async () => {
    const clock = virtualClock();
    const { server, calling } = await callsVia({ clock });
    const peer = await beside(server, await callUp(server));
    const { socket } = await calling.sideband();
    const say = (type: string) => socket.send(JSON.stringify({ type, event_id: type, response: { id: 'resp_1' } }));
    say('response.created');
    await peer.event('response.created');
    const closing = server.close();
    peer.send({ type: 'response.create', event_id: 'late' });
    expect(await peer.event('error')).toMatchObject({ error: { code: 'server_draining', event_id: 'late' } });
    expect(calling.hangUps).toEqual([]);
    say('response.done');
    await calling.hungUp();
    await closing;
  });
});
