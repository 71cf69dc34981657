import { describe, expect, it } from 'vitest';
import type { Model } from '../../src/engines/contract.ts';
import type { ListenOptions, RelayOptions } from '../../src/server/index.ts';
import { call, postOffer } from '../calls/caller.ts';
import { until } from '../clients/until.ts';
import { echo, serve, type TestServer, textTurn } from '../e2e/test-server.ts';
import { using } from '../limits/limited-sessions.ts';
import { weriftPeer } from '../media/werift-peer.ts';
import { beside, serveCalls } from './calling-upstream.ts';

const webrtc = { publicIp: ['127.0.0.1'] };
const apiKey = 'sk-upstream';
const key = 'sk-acme';
const query = '?model=door';

interface Behind extends Partial<ListenOptions> {
  readonly model?: Model;
  readonly relay?: Partial<RelayOptions>;
}

/** A server that passes calls on to one of ours with this model, by default one that echoes. */
async function relayed({ model = echo, relay, ...options }: Behind = {}): Promise<TestServer> {
  const upstream = await serve({ webrtc, models: { voice: model }, auth: { keys: [apiKey] } });
  const upstreams = [{ url: `${upstream.ws}/v1/realtime`, apiKey }];
  return serveCalls({ models: { door: { relay: { upstreams, model: 'voice', ...relay } } }, ...options });
}

const metrics = async (server: TestServer): Promise<string> => (await fetch(`${server.url}/metrics`)).text();
const over = 'antiphon_sessions{kind="realtime",transport="webrtc"} 0';

describe('a call to a relayed model', () => {
  it('has its sound go straight to the upstream, and its events as well; others join it by way of us', async () => {
    const server = await relayed();
    const caller = await call(server.url, { query });
    expect(caller.id).toMatch(/^rtc_[0-9a-f]{28}$/);
    expect(await caller.event('session.created')).toMatchObject({ session: { type: 'realtime', model: 'voice' } });
    const peer = await beside(server, caller.id);
    expect(peer.events).toMatchObject([{ session: { type: 'realtime', model: 'voice' } }]);
    caller.send(...textTurn);
    expect(await peer.event('response.output_text.done')).toMatchObject({ text: 'You said: Hello' });
    peer.send({ type: 'response.create' });
    await caller.event('output_audio_buffer.started');
    await peer.event('output_audio_buffer.stopped');
    await until('sound on the track', () => caller.peer.packets.length > 10);
    const { data } = await (await fetch(`${server.url}/admin/sessions`)).json();
    expect(data).toMatchObject([{ call_id: caller.id, model: 'door', transport: 'webrtc', turns: 2, errors: 0 }]);
    await caller.hangUp();
    expect(await peer.closed()).toMatchObject({ code: 1000 });
    await until('the end of the session', async () => (await metrics(server)).includes(over));
    expect(await metrics(server)).toContain('antiphon_session_closes_total{code="1000",transport="webrtc"} 1');
  });

  it('ends for its peer when an operator ends it, and when it is hung up', async () => {
    const server = await relayed();
    const [one, other] = [await call(server.url, { query }), await call(server.url, { query })];
    const { data } = await (await fetch(`${server.url}/admin/sessions`)).json();
    const { id } = data.find((row: { call_id: string }) => row.call_id === one.id);
    expect((await fetch(`${server.url}/admin/sessions/${id}`, { method: 'DELETE' })).status).toBe(204);
    await one.closed();
    const url = `${server.url}/v1/realtime/calls/${other.id}/hangup`;
    expect((await fetch(url, { method: 'POST' })).status).toBe(200);
    await other.closed();
    await Promise.all([one.hangUp(), other.hangUp()]);
  });

  it('is held to the limits of its key, though its peer asks the upstream itself', async () => {
    const auth = { keys: [{ key, limits: { requestsPerMinute: 2 } }] };
    const server = await relayed({ model: using(40, 60), auth });
    const caller = await call(server.url, { query, key });
    const peer = await beside(server, caller.id, key);
    caller.send(...textTurn);
    await peer.event('response.done'); // the second request: the call was the first
    caller.send({ type: 'response.create' });
    expect(await peer.event('error')).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
    await caller.hangUp();
  });

  it('ends for its peer once the budget of its key is used up', async () => {
    const prices = { door: { input: { text: 1 }, output: { text: 1 } } };
    const auth = { keys: [{ key, name: 'acme', budget: { usd: 0.001, per: 'day' as const } }] };
    const server = await relayed({ model: using(600, 400), auth, prices });
    const caller = await call(server.url, { query, key });
    const peer = await beside(server, caller.id, key);
    caller.send(...textTurn);
    expect(await peer.closed()).toEqual({ code: 1008, reason: 'insufficient_quota.insufficient_quota' });
    await caller.closed();
    expect(await metrics(server)).toContain('antiphon_cost_usd_total{model="door",key="acme"} 0.001\n');
    await caller.hangUp();
  });

  it('has no channel to the upstream where something is locked, so that the lock holds, and sound all the same', async () => {
    const relay = { lock: ['instructions'] as const, session: { instructions: 'Ours.' } };
    const server = await relayed({ relay });
    const caller = await weriftPeer({ channels: [] });
    // The library that calls here would not do without a channel that it has asked for, as browsers do.
    const channel = 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:9\r\na=sctp-port:5000\r\n';
    const answer = await postOffer(server.url, `${caller.offer}${channel}`, { query });
    const [sdp = '', refused] = (await answer.text()).split(/(?=m=application)/);
    expect(refused).toMatch(/^m=application 0 /);
    await caller.answer(sdp);
    const address = `${server.url}${answer.headers.get('location')}`;
    const peer = await beside(server, address.split('/').at(-1) ?? '');
    expect(peer.events).toMatchObject([{ session: { instructions: 'Ours.' } }]);
    peer.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Mine.' } });
    expect(await peer.event('error')).toMatchObject({ error: { param: 'session.instructions' } });
    for (const event of textTurn.slice(0, 1)) peer.send(event);
    peer.send({ type: 'response.create' });
    await peer.event('output_audio_buffer.stopped');
    await until('sound on the track', () => caller.packets.length > 10);
    await fetch(`${address}/hangup`, { method: 'POST' });
    await peer.closed();
    await caller.close();
  });
});
