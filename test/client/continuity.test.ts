import { describe, expect, it } from 'vitest';
import type { ConnectionChange, RealtimeSession, SessionOptions } from '../../src/client/index.ts';
import type { ModelSession } from '../../src/engines/contract.ts';
import { readScenario, scenarioModel } from '../../src/engines/index.ts';
import { bareServer, created } from './bare-server.ts';
import { codeOf, conversationOf, join, memoryServer, pass, settle, silent, sound, typed } from './memory-server.ts';

const scenario = 'hear: [good morning]\npace: { delta_ms: 40 }\nreplies: [{ steps: [{ say: "You said: {input}" }] }]';
const text: SessionOptions = { session: { type: 'realtime', output_modalities: ['text'] } };

function changesOf(session: RealtimeSession): ConnectionChange[] {
  const changes: ConnectionChange[] = [];
  session.onConnection((change) => changes.push(change));
  return changes;
}

describe('a lost connection', () => {
  it('is made again, with settings and conversation, and the conversation goes on', async () => {
    const server = memoryServer(scenario);
    const session = await join(server, text);
    const changes = changesOf(session);
    await session.update({ instructions: 'Repeat.' });
    const { item } = await session.createItem(typed('hello'));
    const first = session.respond();
    await pass(server.clock, 500);
    const answer = (await first.done).output?.[0]?.id ?? '';
    const oldId = session.id;

    server.connections[0]?.cut();
    expect(session.connection).toBe('reconnecting');
    await pass(server.clock, 20);
    expect(changes).toMatchObject([
      { type: 'reconnecting', reason: 'lost', attempt: 1, delayMs: 0, cause: { code: 1006 } },
      { type: 'reconnected', restoredItemIds: [item.id, answer], dropped: {} },
    ]);
    expect(session.connection).toBe('open');
    expect(session.id).not.toBe(oldId);
    expect(session.config).toMatchObject({ instructions: 'Repeat.', output_modalities: ['text'] });
    expect(await conversationOf(session, [item.id ?? '', answer])).toEqual([
      'user: hello',
      'assistant: You said: hello',
    ]);
    await session.createItem(typed('again'));
    const second = session.respond();
    await pass(server.clock, 500);
    expect((await second.done).output).toMatchObject([{ content: [{ text: 'You said: again' }] }]);
  });

  it('rejects what was under way, and keeps what had not been sent', async () => {
    const server = memoryServer(scenario);
    const session = await join(server, text);
    await session.createItem(typed('hello'));
    const running = session.respond();
    const waiting = session.respond();
    await pass(server.clock, 60);
    server.connections[0]?.cut();
    const output = session.createItem(typed('while away'));
    expect(await codeOf(running.done)).toBe('connection_lost');
    await pass(server.clock, 600);
    expect((await output).type).toBe('conversation.item.added');
    expect((await waiting.done).output).toMatchObject([{ content: [{ text: 'You said: while away' }] }]);
  });

  it('makes no sound of the old connection heard on the new one', async () => {
    const server = memoryServer(scenario);
    const session = await join(server, silent);
    const changes = changesOf(session);
    session.appendAudio(sound(100));
    server.failures.push(new Error('still down'));
    server.connections[0]?.cut();
    for (let count = 0; count < 2_000; count++) session.appendAudio('AAAA');
    const committed = codeOf(session.commitInput());
    const truncated = codeOf(session.truncate('item_old', 100));
    session.send({ type: 'response.cancel' });
    await pass(server.clock, 1_000);
    expect(await committed).toBe('connection_lost');
    expect(await truncated).toBe('connection_lost');
    expect(changes.at(-1)).toMatchObject({
      type: 'reconnected',
      dropped: {
        'input_audio_buffer.append': 2_000,
        'input_audio_buffer.commit': 1,
        'conversation.item.truncate': 1,
        'response.cancel': 1,
      },
    });
    expect(server.heard.filter(({ type }) => type === 'input_audio_buffer.append')).toHaveLength(1);
  });

  it('tries again, less and less often, until it is back', async () => {
    const server = memoryServer(scenario);
    const session = await join(server, { ...text, reconnect: { random: () => 1 } });
    const changes = changesOf(session);
    server.failures.push(new Error('down'), new Error('down'), new Error('down'));
    server.connections[0]?.cut(1012);
    await pass(server.clock, 5_000);
    expect(changes.map((change) => (change.type === 'reconnecting' ? change.delayMs : change.type))).toEqual([
      0,
      250,
      500,
      1_000,
      'reconnected',
    ]);
    expect(changes[1]).toMatchObject({ cause: { code: 'unreachable' } });
  });

  it('is given up after so many attempts, and everybody learns of it', async () => {
    const server = memoryServer(scenario);
    const session = await join(server, { ...text, reconnect: { maxAttempts: 2 } });
    const changes = changesOf(session);
    server.failures.push(new Error('down'), new Error('down'), new Error('down'));
    server.connections[0]?.cut();
    const waiting = codeOf(session.respond().done);
    const item = codeOf(session.createItem(typed('x')));
    await pass(server.clock, 10_000);
    expect(changes.at(-1)).toMatchObject({ type: 'lost', cause: { code: 'connection_lost' } });
    expect([await waiting, await item, session.connection]).toEqual(['connection_lost', 'connection_lost', 'closed']);
    expect(await session.closed).toEqual({ code: 1006, reason: '' });
    expect(server.clock.waiting).toBe(0);
  });

  it('that comes and goes counts as one loss, so that a server in trouble is left in peace', async () => {
    const server = bareServer();
    const session = await server.connect({ reconnect: { maxAttempts: 3, random: () => 1 } });
    const changes = changesOf(session);
    for (let turn = 0; turn < 4; turn++) {
      server.close(1011);
      await pass(server.clock, 2_000);
    }
    expect(changes.map(({ type }) => type)).toEqual([
      ...Array.from({ length: 3 }, () => ['reconnecting', 'reconnected']).flat(),
      'lost',
    ]);
  });

  it.each([1000, 1008, 3000, 4000])('closed by the server with %i stays closed', async (code) => {
    const server = memoryServer(scenario);
    const session = await join(server, text);
    const changes = changesOf(session);
    server.connections[0]?.cut(code, 'why');
    await settle();
    expect([session.connection, changes]).toEqual(['closed', []]);
    expect(await session.closed).toEqual({ code, reason: 'why' });
  });

  it('stays lost where the app has switched this off', async () => {
    const server = memoryServer(scenario);
    const session = await join(server, { ...text, reconnect: false });
    server.connections[0]?.cut();
    expect(await session.closed).toEqual({ code: 1006, reason: '' });
    expect(server.connections).toHaveLength(1);
  });

  it('is not made again once the app has closed the session', async () => {
    const server = memoryServer(scenario);
    const session = await join(server, text);
    server.failures.push(new Error('down'));
    server.connections[0]?.cut();
    await pass(server.clock, 20);
    session.close(4001, 'enough');
    await pass(server.clock, 60_000);
    expect(await session.closed).toEqual({ code: 4001, reason: 'enough' });
    expect(server.connections).toHaveLength(1);
    expect(server.clock.waiting).toBe(0);
  });

  it('is given up at once where the new connection is refused', async () => {
    const server = bareServer();
    const session = await server.connect();
    const changes = changesOf(session);
    server.greets = false;
    server.close(1006);
    await settle();
    const error = { type: 'invalid_request_error', code: 'invalid_api_key', message: 'Expired.' };
    server.say({ type: 'error', error });
    server.close(3000, 'invalid_request_error.invalid_api_key');
    await settle();
    expect(changes.map(({ type }) => type)).toEqual(['reconnecting', 'lost']);
    expect(changes[1]).toMatchObject({ cause: { code: 'connection_lost', cause: { code: 'refused', server: error } } });
    expect(session.connection).toBe('closed');
  });
});

describe('an item that was restored', () => {
  it('is text, and is not truncated: nothing is sent', async () => {
    const server = memoryServer(scenario);
    const session = await join(server, silent);
    await session.createItem(typed('hello'));
    const first = session.respond();
    await pass(server.clock, 1_000);
    const id = (await first.done).output?.[0]?.id ?? '';
    expect(session.isRestored(id)).toBe(false);
    await session.truncate(id, 500);
    server.connections[0]?.cut();
    await pass(server.clock, 20);
    expect(session.isRestored(id)).toBe(true);
    expect(await codeOf(session.truncate(id, 300))).toBe('restored_item');
    expect(server.heard.filter(({ type }) => type === 'conversation.item.truncate')).toHaveLength(1);
    // 500 of 1080 ms of "You said: hello".
    expect(await conversationOf(session, [id])).toEqual(['assistant: You']);
    await session.deleteItem(id);
    expect(session.isRestored(id)).toBe(false);
  });

  it.each([
    ['within its first word', 'Extraordinarily', 400, ''],
    ['in a script without blanks', '今日はとても良い天気ですね', 500, '今日はとても良い'],
  ])('is of an answer that was cut %s what the server knew to be heard', async (_, say, heardMs, heard) => {
    const asked: string[] = [];
    const speaker = scenarioModel(readScenario(`replies: [{ steps: [{ say: ${say} }] }]`, 'scenario.yaml'));
    const open = (): ModelSession => {
      const inner = speaker.open();
      const respond: ModelSession['respond'] = (turn, signal) => {
        asked.push(turn.items.map(({ words }) => words).join());
        return inner.respond(turn, signal);
      };
      return { ...inner, respond };
    };
    const server = memoryServer({ open });
    const session = await join(server, silent);
    const answer = session.respond();
    await pass(server.clock, 2_000);
    await session.truncate((await answer.done).output?.[0]?.id ?? '', heardMs);
    for (const index of [0, 1]) {
      const input = session.respond({ conversation: 'none' });
      await pass(server.clock, 2_000);
      await input.done;
      server.connections[index]?.cut();
      await pass(server.clock, 20);
    }
    expect(asked.slice(1)).toEqual([heard, heard]);
  });

  it('may be restored again', async () => {
    const server = memoryServer(scenario);
    const session = await join(server, text);
    const { item } = await session.createItem(typed('hello'));
    for (const index of [0, 1, 2]) {
      await pass(server.clock, 11_000);
      server.connections[index]?.cut();
      await pass(server.clock, 20);
    }
    expect(await conversationOf(session, [item.id ?? ''])).toEqual(['user: hello']);
    await session.deleteItem(item.id ?? '');
    server.connections[3]?.cut();
    await pass(server.clock, 1_000);
    expect(session.isRestored(item.id ?? '')).toBe(false);
    expect(await codeOf(session.retrieveItem(item.id ?? ''))).toMatch(/does not exist/);
  });

  it('comes back although the new connection breaks while it is told', async () => {
    const server = bareServer();
    const session = await server.connect();
    const add = (id: string, previous_item_id: string | null) =>
      server.say({ type: 'conversation.item.added', previous_item_id, item: { id, ...typed(id) } });
    add('a', null);
    add('b', 'a');
    server.close(1006);
    await settle();
    // It is told of both, says that it has the first, and breaks.
    add('a', null);
    server.close(1006);
    await pass(server.clock, 1_000);
    add('a', null);
    add('b', 'a');
    await settle();
    expect(session.connection).toBe('open');
    const told = server.sent.flatMap(({ item }) => (item as { id?: string } | undefined)?.id ?? []);
    expect(told).toEqual(['a', 'b', 'a', 'b']);
    expect([session.isRestored('a'), session.isRestored('b')]).toEqual([true, true]);
  });

  it('that the new server refuses is left out', async () => {
    const server = bareServer();
    const session = await server.connect();
    server.say({ type: 'conversation.item.added', previous_item_id: null, item: { id: 'a', ...typed('a') } });
    server.close(1006);
    await settle();
    const error = { type: 'invalid_request_error', code: 'invalid_value', message: 'No.', event_id: '' };
    server.say({ type: 'error', error: { ...error, event_id: server.idOf('conversation.item.create') } });
    await settle();
    expect([session.connection, session.isRestored('a')]).toEqual(['open', false]);
  });
});

describe('the settings of a new connection', () => {
  it('are all that the app made, in whatever way, and none that the server refused', async () => {
    const server = bareServer();
    const session = await server.connect({
      readyOn: 'session.created',
      session: { type: 'realtime', instructions: 'a' },
    });
    const updated = { ...created, type: 'session.updated' };
    server.say(updated);
    session.send({ type: 'session.update', session: { type: 'realtime', tools: [] } });
    server.say(updated);
    void session.update({ instructions: 'refused' }).catch(() => {});
    const error = { type: 'invalid_request_error', code: 'invalid_value', message: 'No.' };
    server.say({ type: 'error', error: { ...error, event_id: server.idOf('session.update') } });
    server.close(1006);
    await settle();
    expect(server.sent.at(-1)).toMatchObject({
      type: 'session.update',
      session: { type: 'realtime', instructions: 'a', tools: [] },
    });
  });
});

describe('a session that grows old', () => {
  it('is renewed in a quiet moment before its end', async () => {
    const server = memoryServer(scenario, { sessionMinutes: 20 });
    const session = await join(server, text);
    const changes = changesOf(session);
    const { item } = await session.createItem(typed('hello'));
    await pass(server.clock, 15 * 60_000 - 1_000, 10_000);
    expect(changes).toEqual([]);
    const handle = session.respond();
    await pass(server.clock, 100);
    await pass(server.clock, 3_000, 100);
    expect((await handle.done).status).toBe('completed');
    expect(changes).toMatchObject([
      { type: 'reconnecting', reason: 'age', attempt: 1, delayMs: 0 },
      { type: 'reconnected', restoredItemIds: [item.id, expect.any(String)] },
    ]);
    expect(server.connections).toHaveLength(2);
    expect(await conversationOf(session, [item.id ?? ''])).toEqual(['user: hello']);
  });

  it('that is never quiet is ended by the server and made again', async () => {
    const server = memoryServer('pace: { delta_ms: 1000 }\nreplies: [{ steps: [{ say: "a b c d e f g h i j" }] }]', {
      sessionMinutes: 1,
    });
    const session = await join(server, { ...text, reconnect: { renewBeforeMs: 20_000 } });
    const changes = changesOf(session);
    const handles = Array.from({ length: 8 }, () => session.respond());
    const ends = Promise.all(handles.map(({ done }) => codeOf(done)));
    await pass(server.clock, 110_000, 500);
    expect(changes.slice(0, 2)).toMatchObject([
      { type: 'reconnecting', reason: 'lost', cause: { code: 1001 } },
      { type: 'reconnected' },
    ]);
    expect((await ends).filter((end) => end === 'connection_lost')).toHaveLength(1);
    session.close();
  });
});
