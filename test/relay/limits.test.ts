import { describe, expect, it } from 'vitest';
import type { Model } from '../../src/engines/contract.ts';
import type { KeyOptions } from '../../src/server/metering/policy.ts';
import { virtualClock } from '../../src/testing/index.ts';
import { until } from '../clients/until.ts';
import { connect, type Peer } from '../e2e/peer.ts';
import { serve, type TestServer, textTurn } from '../e2e/test-server.ts';
import { modelOf, patient, pcm, usageOf, using } from '../limits/limited-sessions.ts';

const prices = { voice: { input: { text: 1 }, output: { text: 1 } } };

/** A relay in front of a server with this model; the key of its clients has these limits. */
async function relayed(model: Model, policy: Omit<KeyOptions, 'key'>): Promise<TestServer> {
  const upstream = await serve({ models: { voice: model } });
  const relay = { upstreams: [{ url: `${upstream.ws}/v1/realtime` }], model: 'voice' };
  return serve({
    models: { door: { relay } },
    auth: { keys: [{ key: 'sk-acme', name: 'acme', ...policy }, 'sk-free'] },
    prices,
    clock: virtualClock(),
  });
}

const joined = (server: TestServer, key = 'sk-acme') =>
  connect(`${server.ws}/v1/realtime?model=door`, { headers: { authorization: `Bearer ${key}` } });

const typesOf = ({ events }: Peer) => events.map(({ type }) => type);
const countOf = (peer: Peer, type: string) => typesOf(peer).filter((each) => each === type).length;

async function ask(peer: Peer, id = 'mine'): Promise<unknown> {
  const ends = () => peer.events.filter(({ type }) => type === 'rate_limits.updated' || type === 'error');
  const before = ends().length;
  for (const event of textTurn) peer.send({ ...event, event_id: id });
  const end = await until('an answer or an error', () => ends()[before]);
  return end['error'] ?? end['rate_limits'];
}

describe('the limits of a key, through a relay', () => {
  it('refuse what the client asks for over them, and tell what is left in place of the upstream', async () => {
    const server = await relayed(using(30, 20), { limits: { requestsPerMinute: 2, tokensPerMinute: 1000 } });
    const peer = await joined(server);
    expect(await ask(peer)).toEqual([
      { name: 'requests', limit: 2, remaining: 1, reset_seconds: 60 },
      { name: 'tokens', limit: 1000, remaining: 950, reset_seconds: 60 },
    ]);
    expect(await ask(peer)).toMatchObject([{ remaining: 0 }, { remaining: 900 }]);
    expect(await ask(peer)).toMatchObject({ type: 'rate_limit_error', code: 'rate_limit_exceeded', event_id: 'mine' });
    expect([countOf(peer, 'rate_limits.updated'), countOf(peer, 'response.done')]).toEqual([2, 2]);
    const free = await joined(server, 'sk-free');
    expect(await ask(free)).toMatchObject([{ name: 'tokens', limit: 15_000_000 }]);
  });

  it('have a turn that the upstream answers by itself cancelled, and nothing of it heard', async () => {
    const { model } = patient(usageOf(30, 20));
    const server = await relayed(model, { limits: { requestsPerMinute: 1 } });
    const peer = await joined(server);
    peer.send({ type: 'response.create', response: { conversation: 'none' } });
    await peer.event('response.created');
    const before = peer.events.length;
    for (const append of [pcm(600), pcm(600, 0)]) peer.send(append);
    const error = await peer.event('error');
    expect(error).toMatchObject({ error: { code: 'rate_limit_exceeded', event_id: null } });
    const told = peer.events.slice(before);
    const own = told.filter(({ type }) => type.startsWith('response.'));
    expect(own.map(({ type }) => type).filter((type) => type !== 'response.created')).toEqual(['response.done']);
    expect(own.at(-1)).toMatchObject({ response: { status: 'cancelled' } });
    expect(told.map(({ type }) => type)).toContain('input_audio_buffer.committed');
  });

  it('end the session after its response once the budget is used up', async () => {
    const server = await relayed(using(600, 400), { budget: { usd: 0.001, per: 'day' } });
    const peer = await joined(server);
    for (const event of textTurn) peer.send(event);
    expect(await peer.closed()).toEqual({ code: 1008, reason: 'insufficient_quota.insufficient_quota' });
    expect(typesOf(peer).at(-1)).toBe('error');
    expect(countOf(peer, 'response.done')).toBe(1);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('antiphon_cost_usd_total{model="door",key="acme"} 0.001\n');
  });

  it('cancel the responses of its other sessions where the key says so', async () => {
    const slow = patient();
    const { respond } = slow.model.open();
    let turn = 0;
    const model: Model = {
      open: () => ({
        ...using(1, 1).open(),
        respond: (asked, signal) => {
          turn += 1;
          return turn === 1 ? respond(asked, signal) : [{ type: 'end', usage: usageOf(600, 400) }];
        },
      }),
    };
    const server = await relayed(model, { budget: { usd: 0.001, per: 'day' }, onExhausted: 'cancel' });
    const [one, other] = [await joined(server), await joined(server)];
    other.send({ type: 'response.create', response: { max_output_tokens: 10 } });
    await other.event('response.created');
    one.send({ type: 'response.create', response: { max_output_tokens: 10 } });
    expect((await other.closed()).code).toBe(1008);
    expect(await other.event('response.done')).toMatchObject({ response: { status: 'cancelled' } });
    expect((await one.closed()).code).toBe(1008);
  });

  it('take no more sound than a minute may have', async () => {
    const server = await relayed(
      modelOf(() => []),
      { limits: { audioSecondsPerMinute: 1 } },
    );
    const peer = await joined(server);
    await peer.event('session.created');
    for (let index = 0; index < 4; index += 1) peer.send(pcm(600, 0));
    peer.send({ type: 'input_audio_buffer.clear' });
    await peer.event('input_audio_buffer.cleared');
    expect(countOf(peer, 'error')).toBe(1);
  });

  it('count its sessions with those of models of our own', async () => {
    const server = await relayed(using(1, 1), { sessions: 1 });
    const first = await joined(server);
    await first.event('session.created');
    const second = await joined(server);
    expect(await second.event('error')).toMatchObject({ error: { code: 'session_limit_reached' } });
    expect((await second.closed()).code).toBe(1013);
  });
});
