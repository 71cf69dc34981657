import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../src/testing/index.ts';
import { until } from '../clients/until.ts';
import { connect, type Peer, refusedUpgrade, type SeenEvent } from '../e2e/peer.ts';
import { type Behaviour, beside, callsVia, callUp } from './calling-upstream.ts';

const errorsOf = ({ events }: Peer): SeenEvent[] => events.filter(({ type }) => type === 'error');
const error = (eventId: string | null) => ({
  type: 'error',
  event_id: 'event_e',
  error: { type: 'invalid_request_error', code: 'invalid_value', message: 'No.', param: null, event_id: eventId },
});
const clear = (eventId: string) => ({ type: 'input_audio_buffer.clear', event_id: eventId });
const bearer = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });

describe('sidebands of a call to a relayed model', () => {
  it('are told what the upstream says, and heard by it; errors go to the one that made the mistake', async () => {
    const { server, calling } = await callsVia();
    const id = await callUp(server);
    const [one, other] = [await beside(server, id), await beside(server, id)];
    const { socket, event } = await calling.sideband();
    one.send(clear('of one'));
    expect(await event('input_audio_buffer.clear')).toMatchObject(clear('of one'));
    other.send({ type: 'response.cancel', event_id: 'of other' });
    await event('response.cancel');
    for (const each of [error('of one'), error('of other'), error('of nobody'), error(null), { type: 'strange.event' }])
      socket.send(JSON.stringify(each));
    await Promise.all([one.event('strange.event'), other.event('strange.event')]);
    const ids = (peer: Peer) => errorsOf(peer).map(({ error: told }) => Reflect.get(Object(told), 'event_id'));
    expect([ids(one), ids(other)]).toEqual([
      ['of one', 'of nobody', null],
      ['of other', 'of nobody', null],
    ]);
  });

  it('are greeted with the session as it has become, and may leave', async () => {
    const { server, calling } = await callsVia();
    const id = await callUp(server);
    const early = await beside(server, id);
    const { socket } = await calling.sideband();
    const session = { type: 'realtime', instructions: 'changed' };
    socket.send(JSON.stringify({ type: 'session.updated', event_id: 'event_2', session }));
    await early.event('session.updated');
    early.socket.close();
    await early.closed();
    const late = await beside(server, id);
    expect(late.events).toMatchObject([{ type: 'session.created', session }]);
    expect(calling.hangUps).toEqual([]);
  });

  it('may join before the upstream has shown the session, and are greeted once it has', async () => {
    const first: Behaviour = { join: () => {} };
    const clock = virtualClock();
    const { server, calling } = await callsVia({ clock, behaviour: first });
    const id = await callUp(server);
    const peer = await connect(`${server.ws}/v1/realtime?call_id=${id}`);
    peer.send(clear('early'));
    await until('somebody who wants to join', () => calling.joins.length > 0);
    calling.does({});
    clock.advance(2_000); // the try that hangs is given up
    await until('the next try', () => {
      if (calling.joins.length < 2) clock.advance(10);
      return calling.joins.length > 1;
    });
    await peer.event('session.created');
    const { event } = await calling.sideband();
    expect(await event('input_audio_buffer.clear')).toMatchObject(clear('early'));
  });

  it('are told of what they may not do, each for itself: what is locked, other models, and what is no text', async () => {
    const { server, calling } = await callsVia({ relay: { lock: ['instructions'] } });
    const id = await callUp(server);
    const [one, other] = [await beside(server, id), await beside(server, id)];
    one.send({ type: 'session.update', session: { type: 'realtime', instructions: 'mine' } });
    expect(await one.event('error')).toMatchObject({
      error: { code: 'invalid_parameter', param: 'session.instructions', message: 'Locked by the server.' },
    });
    one.send({ type: 'session.update', event_id: 'm', session: { type: 'realtime', model: 'else' } });
    one.socket.send(Buffer.from([1, 2]));
    await until('three errors', () => errorsOf(one).length === 3);
    expect(errorsOf(one)).toMatchObject([
      {},
      { error: { code: 'invalid_model' } },
      { error: { code: 'invalid_event' } },
    ]);
    one.send(clear('last'));
    const { event, types } = await calling.sideband();
    await event('input_audio_buffer.clear');
    expect(types()).toEqual(['input_audio_buffer.clear']);
    expect(errorsOf(other)).toEqual([]);
  });

  it('are for the key that opened the call, and for nobody else', async () => {
    const { server, calling } = await callsVia({ auth: { keys: ['sk-a', 'sk-b'] } });
    const minted = await fetch(`${server.url}/v1/realtime/client_secrets`, {
      method: 'POST',
      ...bearer('sk-a'),
      body: JSON.stringify({ session: { type: 'realtime', model: 'm' } }),
    });
    const { value: secret } = await minted.json();
    const id = await callUp(server, { key: secret });
    const url = `${server.ws}/v1/realtime?call_id=${id}`;
    const hangUp = (key: string) =>
      fetch(`${server.url}/v1/realtime/calls/${id}/hangup`, { method: 'POST', ...bearer(key) });
    expect((await refusedUpgrade(url, bearer(secret))).status).toBe(404);
    expect((await refusedUpgrade(url, bearer('sk-b'))).status).toBe(404);
    expect([(await hangUp(secret)).status, (await hangUp('sk-b')).status]).toEqual([401, 404]);
    const peer = await beside(server, id, 'sk-a');
    expect((await hangUp('sk-a')).status).toBe(200);
    expect(await peer.closed()).toEqual({ code: 1000, reason: 'hung up' });
    await calling.hungUp();
    expect((await hangUp('sk-a')).status).toBe(404);
  });

  it('that do not read are closed, and nobody waits for them', async () => {
    const clock = virtualClock();
    const { server, calling } = await callsVia({ clock, limits: { unsentBytes: 1_000_000 } });
    const id = await callUp(server);
    const [slow, quick] = [await beside(server, id), await beside(server, id)];
    const { socket } = await calling.sideband();
    slow.socket.pause();
    const text = 'x'.repeat(1_000_000);
    const most = 30;
    for (let index = 0; index < most; index += 1) socket.send(JSON.stringify({ type: 'strange.event', text }));
    await until('all of it', () => quick.events.length === most + 1);
    clock.advance(1_000);
    slow.socket.resume();
    expect((await slow.closed()).code).toBe(1008);
    quick.send(clear('last'));
    await (await calling.sideband()).event('input_audio_buffer.clear');
  });
});

describe('what a call to a relayed model uses', () => {
  const keys = (policy: object) => ({ auth: { keys: [{ key: 'sk-a', ...policy }] } });
  const usage = { total_tokens: 1000, input_tokens: 600, output_tokens: 400 };
  const response = (type: string, more: object = {}) =>
    JSON.stringify({ type: `response.${type}`, event_id: type, response: { id: 'resp_1', ...more } });

  it('is bounded by the limits of its key, though it is asked for past us', async () => {
    const { server, calling } = await callsVia(keys({ limits: { requestsPerMinute: 1 } }));
    const peer = await beside(server, await callUp(server, { key: 'sk-a' }), 'sk-a');
    const { socket, event } = await calling.sideband();
    socket.send(response('created')); // the call itself was the one request of the minute
    expect(await event('response.cancel')).toMatchObject({ response_id: 'resp_1' });
    socket.send(JSON.stringify({ type: 'response.output_text.delta', response_id: 'resp_1', delta: 'Hi' }));
    socket.send(response('done', { status: 'cancelled' }));
    expect(await peer.event('error')).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
    expect(peer.events.map(({ type }) => type)).not.toContain('response.output_text.delta');
    peer.send({ type: 'response.create', event_id: 'mine' });
    await until('its refusal', () => errorsOf(peer).length === 2);
    expect(errorsOf(peer)[1]).toMatchObject({ error: { code: 'rate_limit_exceeded', event_id: 'mine' } });
  });

  it('ends it once the budget is used up', async () => {
    const prices = { m: { input: { text: 1 }, output: { text: 1 } } };
    const { server, calling } = await callsVia({ ...keys({ budget: { usd: 0.001, per: 'day' } }), prices });
    const peer = await beside(server, await callUp(server, { key: 'sk-a' }), 'sk-a');
    const { socket } = await calling.sideband();
    socket.send(response('created'));
    socket.send(response('done', { status: 'completed', usage }));
    expect(await peer.closed()).toEqual({ code: 1008, reason: 'insufficient_quota.insufficient_quota' });
    await calling.hungUp();
  });

  it.each([
    ['until it has been heard', (stop: () => void) => stop()],
    ['for a minute at the most', (_: () => void, wait: () => void) => wait()],
  ] as const)('is played to its end before that, %s', async (_, goOn) => {
    const clock = virtualClock();
    const prices = { m: { input: { text: 1 }, output: { text: 1 } } };
    const { server, calling } = await callsVia({ clock, ...keys({ budget: { usd: 0.001, per: 'day' } }), prices });
    const peer = await beside(server, await callUp(server, { key: 'sk-a' }), 'sk-a');
    const { socket } = await calling.sideband();
    const playing = (what: string): void =>
      socket.send(JSON.stringify({ type: `output_audio_buffer.${what}`, response_id: 'resp_1' }));
    socket.send(response('created'));
    playing('started');
    socket.send(response('done', { status: 'completed', usage }));
    await peer.event('response.done');
    peer.send({ type: 'response.create' });
    await peer.event('error'); // that is answered later than the end would have come
    expect(calling.hangUps).toEqual([]);
    goOn(
      () => playing('stopped'),
      () => clock.advance(60_000),
    );
    await calling.hungUp();
  });

  it('is counted for what began while the sideband was lost, and once for what was under way', async () => {
    const prices = { m: { input: { text: 1 }, output: { text: 1 } } };
    const { server, calling } = await callsVia({ prices });
    const peer = await beside(server, await callUp(server));
    const first = await calling.sideband();
    first.socket.send(response('created'));
    await peer.event('response.created');
    first.socket.terminate();
    const { socket } = await calling.sideband(1);
    socket.send(response('done', { status: 'completed', usage }));
    socket.send(response('done', { id: 'resp_2', status: 'completed', usage }));
    await until('both ends', () => peer.events.filter(({ type }) => type === 'response.done').length === 2);
    const { data } = await (await fetch(`${server.url}/admin/sessions`)).json();
    expect(data).toMatchObject([{ turns: 2, cost_usd: 0.002 }]);
  });

  it('is the sound of its track for as long as it lasts, which ends it where its key may send no more', async () => {
    const clock = virtualClock();
    const { server, calling } = await callsVia({ clock, ...keys({ limits: { audioSecondsPerMinute: 2 } }) });
    const peer = await beside(server, await callUp(server, { key: 'sk-a' }), 'sk-a');
    clock.advance(4_000);
    expect(calling.hangUps).toEqual([]);
    clock.advance(1_000);
    expect(await peer.event('error')).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
    expect((await peer.closed()).code).toBe(1008);
    await calling.hungUp();
  });

  it('is money for a model that is billed by the minute', async () => {
    const clock = virtualClock();
    const prices = { m: { minute: 0.06 } };
    const { server, calling } = await callsVia({ clock, prices, ...keys({ budget: { usd: 0.01, per: 'day' } }) });
    const peer = await beside(server, await callUp(server, { key: 'sk-a' }), 'sk-a');
    clock.advance(10_000);
    expect(await peer.event('error')).toMatchObject({ error: { code: 'insufficient_quota' } });
    await calling.hungUp();
  });
});
