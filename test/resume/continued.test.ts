import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../src/testing/index.ts';
import { until } from '../clients/until.ts';
import { connect } from '../e2e/peer.ts';
import { serve, textTurn } from '../e2e/test-server.ts';
import { gated } from './gated.ts';
import { again, count, cut, deltas, greeted, handleOf, lastId, ofType, refusal } from './resumed.ts';

const words = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, index) => `w${from + index} `).join('');

describe('a session whose connection was cut', () => {
  it('goes on where it was: what was missed comes byte for byte, then what is new', async () => {
    const { model, say, end } = gated();
    const server = await serve({ models: { echo: model } });
    const first = await connect(`${server.realtime}&resumption=1`);
    const { id } = await greeted(first);
    for (const event of textTurn) first.send(event);
    say(3);
    await count(first, 'response.output_text.delta', 3);
    const seen = first.events.length;
    await cut(first);
    say(2);
    const second = await connect(again(server, await handleOf(first), lastId(first)));
    expect(await greeted(second)).toMatchObject({ id, resumption: { enabled: true, resumed: 'continued' } });
    say(2);
    await count(second, 'response.output_text.delta', 4);
    end();
    const { response } = await second.event('response.done');
    expect(response).toMatchObject({ status: 'completed' });
    expect(deltas(first.events.slice(0, seen), second.events)).toBe(words(0, 7));
    const ids = [...first.events, ...second.events].map(({ event_id }) => event_id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ofType([...first.events, ...second.events], 'response.done')).toHaveLength(1);
  });

  it('goes on from the frame that was seen last, though more was sent', async () => {
    const { model, say, end } = gated();
    const server = await serve({ models: { echo: model } });
    const first = await connect(`${server.realtime}&resumption=1`);
    for (const event of textTurn) first.send(event);
    say(4);
    end();
    await first.event('response.done');
    const after = ofType(first.events, 'response.output_text.delta')[1]?.event_id ?? '';
    await cut(first);
    const second = await connect(again(server, await handleOf(first), after));
    await second.event('response.done');
    const missed = first.events.slice(first.events.findIndex(({ event_id }) => event_id === after) + 1);
    const told = second.events.slice(1, 1 + missed.length);
    const ofSession = (events: typeof missed) => events.filter(({ type }) => !type.startsWith('session.'));
    expect(ofSession(told)).toEqual(ofSession(missed));
  });

  it('can be cut again while it is told what it missed, and misses nothing', async () => {
    const { model, say, end } = gated();
    const server = await serve({ models: { echo: model } });
    const first = await connect(`${server.realtime}&resumption=1`);
    for (const event of textTurn) first.send(event);
    say(1);
    await count(first, 'response.output_text.delta', 1);
    const after = lastId(first);
    await cut(first);
    say(5);
    end();
    const second = await connect(again(server, await handleOf(first), after));
    // It has seen the greeting alone.
    const greeting = (await second.event('session.created')).event_id ?? '';
    const newest = await handleOf(second);
    await cut(second);
    const third = await connect(again(server, newest, greeting));
    await third.event('response.done');
    expect(await greeted(third)).toMatchObject({ resumption: { resumed: 'continued' } });
    expect(deltas(third.events)).toBe(words(1, 6));
  });

  it('that names no frame, or one that nobody sent, is told of its items again, in order, with their ids', async () => {
    const server = await serve();
    const first = await connect(`${server.realtime}&resumption=1`);
    for (const event of textTurn) first.send(event);
    await first.event('response.done');
    const items = ofType(first.events, 'conversation.item.done').map(({ item }) => item);
    await cut(first);
    let handle = await handleOf(first);
    for (const after of [undefined, 'event_that_never_was']) {
      const next = await connect(again(server, handle, after));
      await next.event('session.resumption.updated');
      expect(await greeted(next)).toMatchObject({ resumption: { resumed: 'restored' } });
      expect(ofType(next.events, 'conversation.item.done').map(({ item }) => item)).toEqual(items);
      expect(next.events.slice(1, 5).map(({ type }) => type)).toEqual([
        'conversation.item.added',
        'conversation.item.done',
        'conversation.item.added',
        'conversation.item.done',
      ]);
      next.send({ type: 'response.create', response: { output_modalities: ['text'] } });
      await next.event('response.done');
      items.push(...ofType(next.events, 'response.output_item.done').map(({ item }) => item));
      handle = await handleOf(next);
      await cut(next);
    }
  });

  it('is taken over while the old connection hangs, which is closed with 1012', async () => {
    const server = await serve();
    const first = await connect(`${server.realtime}&resumption=1`);
    const handle = await handleOf(first);
    first.socket.pause(); // it answers nothing more, and nobody tells the server
    const second = await connect(again(server, handle, lastId(first)));
    for (const event of textTurn) second.send(event);
    await second.event('response.done');
    first.socket.resume();
    expect(await first.closed()).toMatchObject({ code: 1012 });
    expect(second.socket.readyState).toBe(second.socket.OPEN);
  });

  it('holds no second place, and gives its own back when it is closed', async () => {
    const server = await serve({ limits: { sessions: 1 } });
    const first = await connect(`${server.realtime}&resumption=1`);
    const handle = await handleOf(first);
    await cut(first);
    const second = await connect(again(server, handle, lastId(first)));
    await greeted(second);
    expect(await refusal(await connect(server.realtime))).toBe('session_limit_reached 1013');
    second.socket.close(1000);
    await second.closed();
    await until('the place to be free', async () => {
      const third = await connect(server.realtime);
      const { type } = await until('a first event', () => third.events[0]);
      third.socket.close(1000);
      return type === 'session.created';
    });
  });

  it('tells how much sound the session holds', async () => {
    const server = await serve();
    const first = await connect(`${server.realtime}&resumption=1`);
    await greeted(first);
    const audio = Buffer.alloc(4800).toString('base64');
    for (let frame = 0; frame < 5; frame += 1) first.send({ type: 'input_audio_buffer.append', audio });
    first.send({ type: 'input_audio_buffer.clear' });
    await first.event('input_audio_buffer.cleared');
    await cut(first);
    const second = await connect(again(server, await handleOf(first), lastId(first)));
    expect(await second.event('session.resumption.updated')).toMatchObject({ resumable: true, input_audio_ms: 500 });
  });
});

describe('a handle', () => {
  it('of an older connection is superseded, and any of the newest is good', async () => {
    const server = await serve();
    const first = await connect(`${server.realtime}&resumption=1`);
    const handle = await handleOf(first);
    await cut(first);
    const second = await connect(again(server, handle));
    const { handle: newest } = (await second.event('session.resumption.updated')) as unknown as { handle: string };
    for (const event of textTurn) second.send(event);
    await second.event('response.done');
    expect(await refusal(await connect(again(server, handle)))).toBe('resume_superseded 4000');
    expect(second.socket.readyState).toBe(second.socket.OPEN);
    const third = await connect(again(server, newest));
    await greeted(third);
    expect(handle.length).toBeLessThanOrEqual(64);
  });

  it('stays good while nothing was heard on later connections, whose handles may have been lost with them', async () => {
    const server = await serve();
    const first = await connect(`${server.realtime}&resumption=1`);
    const handle = await handleOf(first);
    for (let lost = 0; lost < 3; lost += 1) await greeted(await connect(again(server, handle)));
    const last = await connect(again(server, handle));
    for (const event of textTurn) last.send(event);
    await last.event('response.done');
    expect(await refusal(await connect(again(server, handle)))).toBe('resume_superseded 4000');
    await greeted(await connect(again(server, await handleOf(last))));
  });

  it('that is forged, of another key, or nonsense names no session: one answer for all', async () => {
    const server = await serve({ auth: { keys: ['sk-one', 'sk-two'] } });
    const as = (key: string) => ({ headers: { Authorization: `Bearer ${key}` } });
    const first = await connect(`${server.realtime}&resumption=1`, as('sk-one'));
    const handle = await handleOf(first);
    await cut(first);
    const turned = handle.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A'));
    const other = await serve();
    const theirs = await handleOf(await connect(`${other.realtime}&resumption=1`));
    for (const wrong of [turned, 'rsm_1', '', theirs, 'conv_1']) {
      expect(await refusal(await connect(again(server, wrong), as('sk-one')))).toBe('resume_handle_invalid 4000');
    }
    expect(await refusal(await connect(again(server, handle), as('sk-two')))).toBe('resume_handle_invalid 4000');
    await greeted(await connect(again(server, handle), as('sk-one')));
  });

  it('is good for a client secret of the key that opened the session', async () => {
    const server = await serve({ auth: { keys: ['sk-one'] } });
    const first = await connect(`${server.realtime}&resumption=1`, { headers: { Authorization: 'Bearer sk-one' } });
    const { id } = await greeted(first);
    const handle = await handleOf(first);
    await cut(first);
    const minted = await fetch(`${server.url}/v1/realtime/client_secrets`, {
      method: 'POST',
      headers: { Authorization: 'Bearer sk-one', 'Content-Type': 'application/json' },
      body: '{}',
    });
    const { value } = await minted.json();
    const second = await connect(again(server, handle), { headers: { Authorization: `Bearer ${value}` } });
    expect(await greeted(second)).toMatchObject({ id });
  });

  it('may be the id of the conversation, of a session that is open on the server', async () => {
    const server = await serve();
    const first = await connect(`${server.realtime}&resumption=1`);
    const { id } = await greeted(first);
    for (const event of textTurn) first.send(event);
    const { conversation_id } = (await first.event('response.done'))['response'] as { conversation_id: string };
    await cut(first);
    const second = await connect(`${server.ws}/v1/realtime?conversation_id=${conversation_id}`);
    expect(await greeted(second)).toMatchObject({ id, resumption: { resumed: 'restored' } });
  });

  it('of a session that its client has closed with 1000 has expired', async () => {
    const server = await serve();
    const first = await connect(`${server.realtime}&resumption=1`);
    const handle = await handleOf(first);
    first.socket.close(1000);
    await first.closed();
    await until('the session to have ended', async () => {
      const second = await connect(again(server, handle));
      return (await refusal(second)) === 'resume_handle_expired 4000';
    });
  });

  it('is not available where sessions translate', async () => {
    const server = await serve();
    const peer = await connect(`${server.ws}/v1/realtime/translations?resume=rsm_1`);
    expect(await refusal(peer)).toBe('resume_not_available 4000');
  });
});

describe('resuming is asked for', () => {
  it('by an update, and by a client secret', async () => {
    const server = await serve();
    const peer = await connect(server.realtime);
    expect(await greeted(peer)).not.toHaveProperty('resumption');
    peer.send({ type: 'session.update', session: { type: 'realtime', resumption: { enabled: true } } });
    const { session } = await peer.event('session.updated');
    expect(session).toMatchObject({
      resumption: { enabled: true, handle: expect.stringMatching(/^rsm_/), expires_in: 3600 },
    });
    const minted = await fetch(`${server.url}/v1/realtime/client_secrets`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ session: { type: 'realtime', model: 'echo', resumption: { enabled: true } } }),
    });
    const { value } = await minted.json();
    const other = await connect(`${server.ws}/v1/realtime`, { headers: { Authorization: `Bearer ${value}` } });
    expect(await handleOf(other)).toMatch(/^rsm_/);
  });

  it('or else nothing is sent of it, and a cut ends the session', async () => {
    const clock = virtualClock();
    const server = await serve({ clock });
    const [plain, asking] = [await connect(server.realtime), await connect(`${server.realtime}&resumption=1`)];
    for (const peer of [plain, asking]) {
      for (const event of textTurn) peer.send(event);
      await peer.event('response.done');
    }
    const text = JSON.stringify(plain.events);
    expect(text).not.toContain('resumption');
    expect(text).not.toContain('rsm_');
    const types = (events: typeof plain.events) => events.map(({ type }) => type);
    expect(types(asking.events).filter((type) => type !== 'session.resumption.updated')).toEqual(types(plain.events));
  });
});
