import { afterEach, describe, expect, it } from 'vitest';
import type { ConnectionChange, RealtimeSession } from '../../src/client/index.ts';
import { connect } from '../../src/client/index-node.ts';
import { memoryState } from '../../src/state/memory/state.ts';
import { virtualClock } from '../../src/testing/index.ts';
import { type CuttingProxy, cuttingProxy } from '../client/cutting-proxy.ts';
import { until } from '../clients/until.ts';
import { serve } from '../e2e/test-server.ts';
import { gated } from './gated.ts';

const open: { close(): unknown }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

/** Our client before a server whose connections can be cut; what it has told listeners. */
async function joined(server: { readonly url: string }) {
  const proxy: CuttingProxy = await cuttingProxy(server.url);
  const session: RealtimeSession = await connect({ url: proxy.url, model: 'echo' });
  open.push(session, proxy);
  const changes: ConnectionChange[] = [];
  session.onConnection((change) => changes.push(change));
  const ids: string[] = [];
  const types: string[] = [];
  const read = (async () => {
    for await (const event of session) {
      types.push(event.type);
      if ('event_id' in event) ids.push(String(event.event_id));
    }
  })().catch(() => {});
  const back = () =>
    until('to be back', () => changes.findLast(({ type }) => type === 'reconnected' || type === 'lost'));
  return { proxy, session, changes, ids, types, back, read };
}

describe('our client', () => {
  it('goes on in the same answer after its connection was cut: no event twice, and its words add up', async () => {
    const { model, say, end } = gated();
    const server = await serve({ models: { echo: model } });
    const { proxy, session, ids, types, back } = await joined(server);
    const { id } = session;
    const words: string[] = [];
    session.on('response.output_text.delta', ({ delta }) => words.push(delta));
    const answer = session.respond({ output_modalities: ['text'] });
    say(2);
    await until('two words', () => words.length === 2);
    proxy.cut();
    say(2);
    expect(await back()).toMatchObject({ type: 'reconnected', resumed: 'continued', restoredItemIds: [], dropped: {} });
    say(1);
    end();
    expect(await answer.done).toMatchObject({ status: 'completed' });
    expect(words.join('')).toBe('w0 w1 w2 w3 w4 ');
    expect(session.id).toBe(id);
    expect(new Set(ids).size).toBe(ids.length);
    // The first came before anybody listened, and the second is not told.
    expect(types).not.toContain('session.created');
  });

  it('sends again the sound that the server had not got, and that was said meanwhile, each once', async () => {
    const server = await serve();
    const { proxy, session, back, types } = await joined(server);
    await session.update({ audio: { input: { turn_detection: null } } });
    const frame = (): Int16Array => new Int16Array(2400).fill(1000);
    for (let sent = 0; sent < 3; sent += 1) session.appendAudio(frame());
    await session.commitInput();
    let before = Infinity;
    session.onConnection(({ type }) => {
      if (type !== 'reconnecting') return;
      before = types.length;
      for (let sent = 0; sent < 2; sent += 1) session.appendAudio(frame());
    });
    session.appendAudio(frame());
    proxy.cut(); // the last of them may have come, or not
    await back();
    await until('the server to say what it has', () => types.slice(before).includes('session.resumption.updated'));
    const { item_id } = await session.commitInput();
    const { item } = await session.retrieveItem(item_id);
    const [part] = item.type === 'message' && item.role === 'user' ? item.content : [];
    expect(Buffer.from(part?.audio ?? '', 'base64').byteLength).toBe(3 * 4800);
  });

  it('comes back by another server where the first hands it over, and tells nothing again', async () => {
    const state = memoryState(virtualClock());
    const [one, other] = [await serve({ state }), await serve({ state })];
    const { proxy, session, back, types } = await joined(one);
    const { id } = session;
    const message = {
      type: 'message',
      role: 'user',
      content: [{ type: 'input_text' as const, text: 'Hello' }],
    } as const;
    await session.createItem({ ...message, content: [...message.content] });
    proxy.leadTo(other.url); // as a balancer does
    await one.close();
    expect(await back()).toMatchObject({ type: 'reconnected', resumed: 'restored' });
    await session.createItem({ ...message, content: [...message.content] });
    expect(session.id).toBe(id);
    const added = () => types.filter((type) => type === 'conversation.item.added').length;
    await until(
      () => `the second item in ${types.join()}`,
      () => added() >= 2,
    );
    expect(added()).toBe(2);
    expect(types).toContain('session.ending');
  });

  it('tells a new session what was said where the old one is not to be had any more', async () => {
    const [server, stranger] = [await serve(), await serve()];
    const { proxy, session, back } = await joined(server);
    const { id } = session;
    const item = { type: 'message', role: 'user', content: [{ type: 'input_text' as const, text: 'Hello' }] } as const;
    const { item: told } = await session.createItem({ ...item, content: [...item.content] });
    proxy.leadTo(stranger.url); // which has not made its handle
    proxy.cut();
    expect(await back()).toMatchObject({ type: 'reconnected', restoredItemIds: [told.id] });
    expect(session.id).not.toBe(id);
  });
});
