import { describe, expect, it } from 'vitest';
import { memoryState } from '../../src/state/memory/state.ts';
import type { SharedState } from '../../src/state/shared-state.ts';
import { virtualClock } from '../../src/testing/index.ts';
import { until } from '../clients/until.ts';
import { connect } from '../e2e/peer.ts';
import { serve, textTurn } from '../e2e/test-server.ts';
import { gated } from './gated.ts';
import { again, count, cut, deltas, greeted, handleOf, lastId, ofType, refusal } from './resumed.ts';

/** Turns of the event loop in which nothing is left to do but what sockets bring. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
}

const sessionsOf = async ({ url }: { readonly url: string }): Promise<number> => {
  const { data } = await (await fetch(`${url}/admin/sessions`)).json();
  return data.length;
};

describe('a session that was left', () => {
  it('is taken up again after its grace, whole: the same id, its items and settings', async () => {
    const clock = virtualClock();
    const server = await serve({ clock, resume: { graceSeconds: 5 } });
    const first = await connect(`${server.realtime}&resumption=1`);
    const { id } = await greeted(first);
    first.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be brief.' } });
    for (const event of textTurn) first.send(event);
    await first.event('response.done');
    const items = ofType(first.events, 'conversation.item.done').map(({ item }) => item);
    await cut(first);
    await until('the connection to be missed', async () => {
      clock.advance(5_000);
      await turns();
      return (await sessionsOf(server)) === 0;
    });
    const second = await connect(again(server, await handleOf(first), lastId(first)));
    expect(await greeted(second)).toMatchObject({
      id,
      instructions: 'Be brief.',
      resumption: { resumed: 'restored' },
    });
    await count(second, 'conversation.item.done', 2);
    expect(ofType(second.events, 'conversation.item.done').map(({ item }) => item)).toEqual(items);
    second.send({ type: 'response.create', response: { output_modalities: ['text'] } });
    expect((await second.event('response.done'))['response']).toMatchObject({ status: 'completed' });
    const ids = [...first.events, ...second.events].map(({ event_id }) => event_id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is forgotten after its time', async () => {
    const clock = virtualClock();
    const server = await serve({ clock, resume: { graceSeconds: 5, keepSeconds: 60 } });
    const first = await connect(`${server.realtime}&resumption=1`);
    const handle = await handleOf(first);
    await cut(first);
    await until('the connection to be missed', async () => {
      clock.advance(5_000);
      await turns();
      return (await sessionsOf(server)) === 0;
    });
    clock.advance(61_000);
    expect(await refusal(await connect(again(server, handle)))).toBe('resume_handle_expired 4000');
  });
});

describe('the age of a session', () => {
  it('is told a minute ahead, and counts anew where it is taken up', async () => {
    const clock = virtualClock();
    const server = await serve({ clock, limits: { sessionMinutes: 2 } });
    const first = await connect(`${server.realtime}&resumption=1`);
    const { expires_at } = await greeted(first);
    await first.event('session.resumption.updated');
    const { reason, time_left_ms, handle } = await until('the end to be told of', async () => {
      clock.advance(1_000); // in small steps, so that the pings that come with time are answered
      await turns();
      return first.events.find(({ type }) => type === 'session.ending');
    });
    expect([reason, Number(time_left_ms) > 55_000, Number(time_left_ms) <= 60_000]).toEqual(['expiring', true, true]);
    const second = await connect(again(server, String(handle), lastId(first)));
    expect((await greeted(second)).expires_at).toBeGreaterThan(expires_at + 50);
    for (let passed = 0; passed < 70; passed += 1) {
      clock.advance(1_000);
      await turns();
    }
    for (const event of textTurn) second.send(event);
    await second.event('response.done');
  });
});

describe('a server that goes down', () => {
  it('hands sessions over to another, which know where they are', async () => {
    const state = memoryState(virtualClock());
    const [one, other] = [await serve({ state }), await serve({ state })];
    const first = await connect(`${one.realtime}&resumption=1`);
    const plain = await connect(one.realtime);
    const { id } = await greeted(first);
    for (const event of textTurn) first.send(event);
    await first.event('response.done');
    const closing = one.close();
    expect(await first.event('session.ending')).toMatchObject({ reason: 'draining', handle: await handleOf(first) });
    expect(await first.closed()).toEqual({ code: 1012, reason: 'service restart' });
    expect((await plain.closed()).code).toBe(1001);
    await closing;
    const second = await connect(again(other, await handleOf(first), lastId(first)));
    expect(await greeted(second)).toMatchObject({ id, resumption: { resumed: 'restored' } });
    await count(second, 'conversation.item.done', 2);
    for (const event of textTurn) second.send(event);
    await second.event('response.done');
  });

  it('lets what is being said come to its end first', async () => {
    const state = memoryState(virtualClock());
    const { model, say, end } = gated();
    const [one, other] = [await serve({ state, models: { echo: model } }), await serve({ state })];
    const first = await connect(`${one.realtime}&resumption=1`);
    for (const event of textTurn) first.send(event);
    say(1);
    await count(first, 'response.output_text.delta', 1);
    const closing = one.close();
    await first.event('session.ending');
    say(1);
    end();
    expect((await first.event('response.done'))['response']).toMatchObject({ status: 'completed' });
    expect((await first.closed()).code).toBe(1012);
    await closing;
    const second = await connect(again(other, await handleOf(first)));
    expect(await greeted(second)).toMatchObject({ resumption: { resumed: 'restored' } });
  });

  it('tells nothing more while it writes a session down for the last time, so that no answer ends twice', async () => {
    const clock = virtualClock();
    const memory = memoryState(virtualClock());
    let isHeld = false;
    const waiting: (() => void)[] = [];
    const state: SharedState = {
      ...memory,
      snapshots: {
        ...memory.snapshots,
        async save(...saved) {
          if (isHeld) await new Promise<void>((resolve) => waiting.push(resolve));
          return memory.snapshots.save(...saved);
        },
      },
    };
    const { model, say, end } = gated();
    const [one, other] = [await serve({ state, clock, models: { echo: model } }), await serve({ state })];
    const first = await connect(`${one.realtime}&resumption=1`);
    for (const event of textTurn) first.send(event);
    say(1);
    await count(first, 'response.output_text.delta', 1);
    isHeld = true;
    const closing = one.close();
    await first.event('session.ending');
    // What is being said has five seconds.
    clock.advance(5_000);
    await until('the session to be written down', () => waiting.length > 0);
    say(1);
    end();
    first.send(textTurn[0]);
    await turns();
    isHeld = false;
    for (const resolve of waiting) resolve();
    expect((await first.closed()).code).toBe(1012);
    await closing;
    expect(ofType(first.events, 'response.done')).toEqual([]);
    expect(deltas(first.events)).toBe('w0 ');
    const second = await connect(again(other, await handleOf(first), lastId(first)));
    const { id } = (await first.event('response.created'))['response'] as { id: string };
    expect((await second.event('response.done'))['response']).toMatchObject({
      id,
      status: 'failed',
      status_details: { error: { code: 'session_recovered' } },
    });
    const added = ofType(first.events, 'conversation.item.added').map(({ item }) => item);
    await count(second, 'conversation.item.added', added.length);
    expect(ofType(second.events, 'conversation.item.added')).toHaveLength(added.length);
  });
});

describe('a session on another node', () => {
  it('goes on where it was, whichever node is asked', async () => {
    const state = memoryState(virtualClock());
    const { model, say, end } = gated();
    const [one, other] = [await serve({ state, models: { echo: model } }), await serve({ state })];
    const first = await connect(`${one.realtime}&resumption=1`);
    for (const event of textTurn) first.send(event);
    say(2);
    await count(first, 'response.output_text.delta', 2);
    await cut(first);
    const second = await connect(again(other, await handleOf(first), lastId(first)));
    expect(await greeted(second)).toMatchObject({ resumption: { resumed: 'continued' } });
    say(1);
    end();
    await second.event('response.done');
    expect(deltas(first.events, second.events)).toBe('w0 w1 w2 ');
  });
});

describe('a node that is gone', () => {
  it('takes nothing with it but the answer that was being said, which ends as failed', async () => {
    const state = memoryState(virtualClock());
    const { model, say } = gated();
    // To the other node the first has gone, since it does not hear of it any more.
    const unheard = {
      ...state,
      nodes: { ...state.nodes, find: () => Promise.resolve(null), all: () => Promise.resolve([]) },
    };
    const one = await serve({ state, models: { echo: model } });
    const other = await serve({ state: unheard });
    const first = await connect(`${one.realtime}&resumption=1`);
    const { id } = await greeted(first);
    for (const event of textTurn) first.send(event);
    say(2);
    await count(first, 'response.output_text.delta', 2);
    await until('it to be written down', () => ofType(first.events, 'session.resumption.updated').length > 1);
    const second = await connect(again(other, await handleOf(first), lastId(first)));
    expect(await greeted(second)).toMatchObject({ id, resumption: { resumed: 'recovered' } });
    const running = ofType(first.events, 'response.created')[0]?.['response'] as { id: string };
    expect((await second.event('response.done'))['response']).toMatchObject({
      id: running.id,
      status: 'failed',
      status_details: { error: { code: 'session_recovered' } },
    });
    const ids = [...first.events, ...second.events].map(({ event_id }) => event_id);
    expect(new Set(ids).size).toBe(ids.length);
    // It was not gone after all, and learns that the session has another home when it writes it down.
    say(1);
    first.send(textTurn[0]);
    expect(await first.closed()).toEqual({ code: 1012, reason: 'moved' });
    for (const event of textTurn) second.send(event);
    await count(second, 'response.done', 2);
  });
});

describe('the sessions of a key', () => {
  it('count one that went on on another node once, wherever it was, and again when it has ended', async () => {
    const state = memoryState(virtualClock());
    const unheard = {
      ...state,
      nodes: { ...state.nodes, find: () => Promise.resolve(null), all: () => Promise.resolve([]) },
    };
    const auth = { keys: [{ key: 'sk-two', sessions: 2 }] };
    const bearer = { headers: { Authorization: 'Bearer sk-two' } };
    const [one, other] = [await serve({ state, auth }), await serve({ state: unheard, auth })];
    const first = await connect(`${one.realtime}&resumption=1`, bearer);
    const third = await connect(`${one.realtime}&resumption=1`, bearer);
    await greeted(third);
    await first.event('session.resumption.updated');
    // All places are taken, and the session has one of them.
    const second = await connect(again(other, await handleOf(first), lastId(first)), bearer);
    expect(await greeted(second)).toMatchObject({ resumption: { resumed: 'recovered' } });
    expect(await refusal(await connect(other.realtime, bearer))).toBe('session_limit_reached 1013');
    // Where it was, it ends now, and gives back nothing that it has elsewhere.
    first.send(textTurn[0]);
    expect(await first.closed()).toEqual({ code: 1012, reason: 'moved' });
    third.socket.close(1000);
    const next = await until('the place of the third', async () => {
      const peer = await connect(other.realtime, bearer);
      const { type } = await until('a first event', () => peer.events[0]);
      return type === 'session.created' && peer;
    });
    expect(await refusal(await connect(one.realtime, bearer))).toBe('session_limit_reached 1013');
    second.socket.close(1000);
    await until('its own place', async () => {
      const peer = await connect(one.realtime, bearer);
      return (await until('a first event', () => peer.events[0])).type === 'session.created';
    });
    expect(next.socket.readyState).toBe(next.socket.OPEN);
  });
});
