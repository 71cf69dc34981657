import { describe, expect, it } from 'vitest';
import { memoryState } from '../../src/state/memory/state.ts';
import type { SharedState } from '../../src/state/shared-state.ts';
import { virtualClock } from '../../src/testing/index.ts';
import { until } from '../clients/until.ts';
import { connect, type Peer } from '../e2e/peer.ts';
import { serve, textTurn } from '../e2e/test-server.ts';
import { forgetful } from './forgetful-state.ts';
import { again, count, cut, greeted, handleOf, lastId, ofType, refusal } from './resumed.ts';

/** The state of a node that reaches no other, so that to it they are gone. */
function unheard(state: SharedState): SharedState {
  return { ...state, nodes: { ...state.nodes, find: () => Promise.resolve(null), all: () => Promise.resolve([]) } };
}

/** A turn, told to its end and acknowledged. */
async function turn(peer: Peer): Promise<void> {
  const before = ofType(peer.events, 'response.done').length;
  for (const event of textTurn) peer.send(event);
  await count(peer, 'response.done', before + 1);
  await until('it to be written down', () => peer.events.at(-1)?.type === 'session.resumption.updated');
}

const acknowledgements = (peer: Peer): number => ofType(peer.events, 'session.resumption.updated').length;

/** The ids of the items that were told, in order. */
function itemsOf(peer: Peer): string[] {
  return ofType(peer.events, 'conversation.item.done').map(({ item }) => String(Reflect.get(Object(item), 'id')));
}

describe('a store that comes back empty', () => {
  it('is told of sessions at once, and is relied upon when it knows of all of them', async () => {
    const store = forgetful();
    const [one, other] = [store.node(), store.node()];
    const [holds, asked] = [await serve({ state: one.state }), await serve({ state: unheard(other.state) })];
    const first = await connect(`${holds.realtime}&resumption=1`);
    const { id } = await greeted(first);
    await turn(first);
    const before = acknowledgements(first);
    store.forget();
    one.back();
    await until('it to be written down again', async () => (await one.state.snapshots.read(id)) !== null);
    for (const event of textTurn) first.send(event);
    await count(first, 'response.done', 2);
    expect(acknowledgements(first)).toBe(before);
    expect(await refusal(await connect(again(asked, await handleOf(first))))).toBe('state_unavailable 1013');
    store.settle();
    await until('it to be acknowledged', () => acknowledgements(first) > before);
    const second = await connect(again(asked, await handleOf(first)));
    expect(await greeted(second)).toMatchObject({ id, resumption: { resumed: 'recovered' } });
    await count(second, 'conversation.item.done', 4);
    expect(itemsOf(second)).toEqual(itemsOf(first));
  });

  it('gives a session to nobody who finds an older life of it, be that written down first', async () => {
    const store = forgetful();
    const [older, newer] = [store.node(), store.node()];
    const before = await serve({ state: older.state });
    const now = await serve({ state: unheard(newer.state) });
    const first = await connect(`${before.realtime}&resumption=1`);
    const { id } = await greeted(first);
    await turn(first);
    const second = await connect(again(now, await handleOf(first)));
    await greeted(second);
    await turn(second);
    const told = itemsOf(second);
    store.forget();
    older.back();
    await until('the older to be written down', async () => (await older.state.snapshots.read(id)) !== null);
    await cut(second);
    const third = await connect(again(before, await handleOf(second), lastId(second)));
    expect(await greeted(third)).toMatchObject({ id, resumption: { resumed: 'continued' } });
    newer.back();
    expect(await first.closed()).toEqual({ code: 1012, reason: 'moved' });
    store.settle();
    await turn(third);
    const last = await connect(again(now, await handleOf(third)));
    await count(last, 'conversation.item.done', 6);
    expect(itemsOf(last)).toEqual([...told, ...itemsOf(third)]);
  });

  it('has the newest life of a session when it is relied upon, where nobody reaches the node of that', async () => {
    const store = forgetful();
    const [older, newer] = [store.node(), store.node()];
    const before = await serve({ state: unheard(older.state) });
    const now = await serve({ state: unheard(newer.state) });
    const first = await connect(`${before.realtime}&resumption=1`);
    const { id } = await greeted(first);
    await turn(first);
    const second = await connect(again(now, await handleOf(first)));
    await greeted(second);
    await turn(second);
    store.forget();
    older.back();
    await until('the older to be written down', async () => (await older.state.snapshots.read(id)) !== null);
    const handle = await handleOf(second);
    expect(await refusal(await connect(again(before, handle)))).toBe('state_unavailable 1013');
    newer.back();
    expect(await first.closed()).toEqual({ code: 1012, reason: 'moved' });
    store.settle();
    const third = await connect(again(before, handle));
    expect(await greeted(third)).toMatchObject({ id, resumption: { resumed: 'recovered' } });
    await count(third, 'conversation.item.done', 4);
    expect(itemsOf(third)).toEqual(itemsOf(second));
  });
});

describe('a node that stood still while a session of its was taken up elsewhere', () => {
  it('passes on who asks for it, though it has had more connections than it could write down', async () => {
    const store = forgetful();
    const [older, newer] = [store.node(), store.node()];
    const { snapshots } = older.state;
    let standsStill = false;
    const save: typeof snapshots.save = (...given) =>
      standsStill ? Promise.reject(new Error('it stands still')) : snapshots.save(...given);
    const before = await serve({ state: { ...older.state, snapshots: { ...snapshots, save } } });
    const now = await serve({ state: unheard(newer.state) });
    let last = await connect(`${before.realtime}&resumption=1`);
    await greeted(last);
    await turn(last);
    standsStill = true;
    for (const _ of Array.from({ length: 3 })) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const next = await connect(again(before, await handleOf(last), lastId(last)));
      // oxlint-disable-next-line no-await-in-loop
      await greeted(next);
      last = next;
    }
    const second = await connect(again(now, await handleOf(last)));
    expect(await greeted(second)).toMatchObject({ resumption: { resumed: 'recovered' } });
    await turn(second);
    await cut(second);
    const third = await connect(again(before, await handleOf(second), lastId(second)));
    expect(await greeted(third)).toMatchObject({ resumption: { resumed: 'continued' } });
  });
});

describe('a session that goes on', () => {
  it('is left alone by a handle that a later connection has made worthless', async () => {
    const state = memoryState(virtualClock());
    const [one, other] = [await serve({ state }), await serve({ state: unheard(state) })];
    const first = await connect(`${one.realtime}&resumption=1`);
    const handle = await handleOf(first);
    await turn(first);
    const second = await connect(again(other, handle));
    await greeted(second);
    await turn(second);
    const third = await serve({ state: unheard(state) });
    expect(await refusal(await connect(again(third, handle)))).toBe('resume_superseded 4000');
    await turn(second);
    expect(second.socket.readyState).toBe(second.socket.OPEN);
  });

  it('is taken up by nobody once its client has given up to be able to, until it asks again', async () => {
    const state = memoryState(virtualClock());
    const [one, other] = [await serve({ state }), await serve({ state: unheard(state) })];
    const first = await connect(`${one.realtime}&resumption=1`);
    const ask = (enabled: boolean): void => {
      first.send({ type: 'session.update', session: { type: 'realtime', resumption: { enabled } } });
    };
    await turn(first);
    ask(false);
    await count(first, 'session.updated', 1);
    const handle = await handleOf(first);
    expect(await refusal(await connect(again(other, handle)))).toBe('resume_handle_expired 4000');
    ask(true);
    await count(first, 'session.updated', 2);
    await turn(first);
    const second = await connect(again(other, handle));
    await count(second, 'conversation.item.done', 4);
    expect(itemsOf(second)).toEqual(itemsOf(first));
  });
});
