import { describe, expect, it } from 'vitest';
import { memoryState } from '../../src/state/memory/state.ts';
import { virtualClock } from '../../src/testing/index.ts';
import { type Caller, call, postOffer } from '../calls/caller.ts';
import { until } from '../clients/until.ts';
import { connect, type SeenEvent } from '../e2e/peer.ts';
import { serve, type TestServer, textTurn } from '../e2e/test-server.ts';
import { weriftPeer } from '../media/werift-peer.ts';
import { gated } from './gated.ts';
import { again, deltas, greeted, handleOf, ofType } from './resumed.ts';

const webrtc = { publicIp: ['127.0.0.1'] };

/** Whoever is told events: a caller, or a peer on a socket. */
type Told = Pick<Caller, 'event'>;

async function shown(
  told: Told,
): Promise<{ id: string; instructions: string; resumption: { handle: string; resumed?: string } }> {
  const { session } = await told.event('session.created');
  return session as Awaited<ReturnType<typeof shown>>;
}

const query = (handle: string): string => `?${new URLSearchParams({ resume: handle }).toString()}`;

const doneItems = (events: readonly SeenEvent[]) => ofType(events, 'conversation.item.done').map(({ item }) => item);

/** A caller who has told the session who it is, and had a turn. */
async function talked(server: TestServer, key = {}): Promise<Caller> {
  const caller = await call(server.url, { query: '?model=echo&resumption=1', ...key });
  caller.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be brief.' } }, ...textTurn);
  await caller.event('response.done');
  return caller;
}

/** What a server answers to an offer. */
async function refusal(server: TestServer, target: string, options: Parameters<typeof postOffer>[2] = {}) {
  const { offer, close } = await weriftPeer();
  const answer = await postOffer(server.url, offer, { ...options, query: target });
  await close();
  const { error } = Object(await answer.json());
  return `${answer.status} ${error.code}`;
}

describe('a session in a call', () => {
  it('goes on in another call: the same id, its items and settings, and is heard and spoken there', async () => {
    const server = await serve({ webrtc });
    const first = await talked(server);
    const { id, resumption } = await shown(first);
    const items = doneItems(first.events);
    await first.peer.close();
    const second = await call(server.url, { query: query(resumption.handle) });
    expect(second.id).not.toBe(first.id);
    expect(await shown(second)).toMatchObject({ id, instructions: 'Be brief.', resumption: { resumed: 'restored' } });
    await until('its items', () => doneItems(second.events).length === items.length);
    expect(doneItems(second.events)).toEqual(items);
    second.send({ type: 'response.create' });
    await second.event('output_audio_buffer.started');
    await second.event('output_audio_buffer.stopped');
    await until('sound on the track', () => second.peer.packets.length > 10);
    const ids = [...first.events, ...second.events].map(({ event_id }) => event_id);
    expect(new Set(ids).size).toBe(ids.length);
    await second.hangUp();
  });

  it('is taken from a call that hangs, whose answer ends there as failed', async () => {
    const { model, say } = gated();
    const server = await serve({ webrtc, models: { echo: model }, limits: { sessions: 1 } });
    const first = await call(server.url, { query: '?model=echo&resumption=1' });
    first.send(...textTurn);
    say(1);
    await first.event('response.output_text.delta');
    const { id, resumption } = await shown(first);
    const second = await call(server.url, { query: query(resumption.handle) });
    expect(await shown(second)).toMatchObject({ id, resumption: { resumed: 'recovered' } });
    const created = ofType(first.events, 'response.created')[0]?.['response'];
    expect(await second.event('response.done')).toMatchObject({
      response: {
        id: Reflect.get(Object(created), 'id'),
        status: 'failed',
        status_details: { error: { code: 'session_recovered' } },
      },
    });
    await first.closed();
    expect(ofType(first.events, 'response.done')).toEqual([]);
    await second.hangUp();
  });

  it('goes on on a socket, which plays its sound itself, and from there in a call again', async () => {
    const server = await serve({ webrtc });
    const first = await talked(server);
    const { id, resumption } = await shown(first);
    const second = await connect(again(server, resumption.handle));
    expect(await greeted(second)).toMatchObject({ id, resumption: { resumed: 'restored' } });
    second.send({ type: 'response.create' });
    await second.event('response.output_audio.delta');
    await second.event('response.done');
    const third = await call(server.url, { query: query(await handleOf(second)) });
    expect(await shown(third)).toMatchObject({ id, resumption: { resumed: 'restored' } });
    expect((await second.closed()).code).toBe(1012);
    third.send({ type: 'response.create' });
    await third.event('output_audio_buffer.stopped');
    expect(ofType(third.events, 'response.output_audio.delta', 'error')).toEqual([]);
    await third.hangUp();
  });

  it('is over once its call was hung up', async () => {
    const server = await serve({ webrtc });
    const first = await talked(server);
    const { resumption } = await shown(first);
    const hungUp = await fetch(`${server.url}/v1/realtime/calls/${first.id}/hangup`, { method: 'POST' });
    expect(hungUp.status).toBe(200);
    await first.closed();
    await until('the session to have ended', async () => {
      return (await refusal(server, query(resumption.handle))) === '400 resume_handle_expired';
    });
    await first.hangUp();
  });

  it('is handed over by a server that goes down, and taken up on another', async () => {
    const state = memoryState(virtualClock());
    const [one, other] = [await serve({ state, webrtc }), await serve({ state, webrtc })];
    const first = await talked(one);
    const { id, resumption } = await shown(first);
    const closing = one.close();
    expect(await first.event('session.ending')).toMatchObject({ reason: 'draining' });
    await first.closed();
    const second = await call(other.url, { query: query(resumption.handle) });
    expect(await shown(second)).toMatchObject({ id, resumption: { resumed: 'restored' } });
    await first.hangUp();
    await closing;
    await second.hangUp();
  });

  it('is had from the node that holds it, whichever is asked', async () => {
    const state = memoryState(virtualClock());
    const { model, say, end } = gated();
    const [one, other] = [
      await serve({ state, webrtc, models: { echo: model } }),
      await serve({ state, webrtc, models: { echo: model } }),
    ];
    const first = await connect(`${one.realtime}&resumption=1`);
    for (const event of textTurn) first.send(event);
    say(1);
    end();
    await first.event('response.done');
    const { id } = await greeted(first);
    const second = await call(other.url, { query: query(await handleOf(first)) });
    expect(await shown(second)).toMatchObject({ id, resumption: { resumed: 'restored' } });
    expect((await first.closed()).code).toBe(1012);
    // The call is on the node that held the session, as its id says.
    expect(second.id.slice(4, 10)).toBe(id.slice(5, 11));
    second.send(textTurn[1] ?? {});
    say(1);
    end();
    await second.event('response.done');
    expect(deltas(second.events)).toBe('w0 ');
    await second.hangUp();
  });
});

describe('a call that is to take up a session', () => {
  it('is refused as a socket would be', async () => {
    const keys = ['sk-one', 'sk-two'];
    const server = await serve({ webrtc, auth: { keys } });
    const first = await talked(server, { key: 'sk-one' });
    const { resumption } = await shown(first);
    const target = query(resumption.handle);
    expect(await refusal(server, target)).toBe('401 null');
    expect(await refusal(server, target, { key: 'sk-two' })).toBe('400 resume_handle_invalid');
    expect(await refusal(server, '?resume=rsm_1', { key: 'sk-one' })).toBe('400 resume_handle_invalid');
    const session = { type: 'realtime', instructions: 'Be long.' };
    expect(await refusal(server, target, { key: 'sk-one', session })).toBe('400 unknown_parameter');
    const malformed = await postOffer(server.url, 'hello', { key: 'sk-one', query: target });
    expect(malformed.status).toBe(400);
    // None of them took anything from whoever has it.
    first.send({ type: 'response.create', response: { output_modalities: ['text'] } });
    await until('another answer', () => ofType(first.events, 'response.done').length === 2);
    const second = await call(server.url, { key: 'sk-one', query: target });
    await shown(second);
    second.send(...textTurn);
    await second.event('response.done');
    expect(await refusal(server, target, { key: 'sk-one' })).toBe('400 resume_superseded');
    expect(ofType(second.events, 'error')).toEqual([]);
    await second.hangUp();
    await first.hangUp();
  });

  it('has asked for it by its session, too, or else is told nothing of it', async () => {
    const server = await serve({ webrtc });
    const session = { type: 'realtime', model: 'echo', resumption: { enabled: true } };
    const asking = await call(server.url, { session });
    expect((await shown(asking)).resumption.handle).toMatch(/^rsm_/);
    const plain = await call(server.url, { query: '?model=echo' });
    plain.send(...textTurn);
    await plain.event('response.done');
    expect(JSON.stringify(plain.events)).not.toContain('resum');
    await asking.hangUp();
    await plain.hangUp();
  });
});
