import { describe, expect, it } from 'vitest';
import { bareServer } from './bare-server.ts';
import { codeOf, join, memoryServer, pass, refusalOf, settle, silent, sound, typed } from './memory-server.ts';

describe('a request', () => {
  it('resolves with the event that answers it', async () => {
    const session = await join(memoryServer('hear: [hi]'), silent);
    expect(await session.update({ instructions: 'Be brief.' })).toMatchObject({
      session: { instructions: 'Be brief.' },
    });
    const added = await session.createItem(typed('hello'));
    const id = added.item.id ?? '';
    expect(id).toMatch(/^item_[0-9a-z]{21}$/);
    expect(await session.retrieveItem(id)).toMatchObject({ type: 'conversation.item.retrieved', item: { id } });
    const first = await session.createItem({ id: 'mine', ...typed('before') }, { previousItemId: 'root' });
    expect(first).toMatchObject({ previous_item_id: null, item: { id: 'mine' } });
    const between = await session.createItem(typed('between'), { previousItemId: 'mine' });
    expect(between.previous_item_id).toBe('mine');
    expect(await session.deleteItem(id)).toMatchObject({ type: 'conversation.item.deleted', item_id: id });
    session.appendAudio(sound(200));
    expect(await session.commitInput()).toMatchObject({ type: 'input_audio_buffer.committed' });
    expect(await session.clearInput()).toMatchObject({ type: 'input_audio_buffer.cleared' });
  });

  it('rejects with the error that the server gives for it', async () => {
    const session = await join(memoryServer('{}'), silent);
    expect(await refusalOf(session.retrieveItem('item_none'))).toMatchObject({
      type: 'invalid_request_error',
      code: 'item_retrieve_invalid_item_id',
      param: null,
      eventId: expect.stringMatching(/^evt_/),
    });
    expect((await refusalOf(session.deleteItem('item_none'))).code).toBe('item_delete_invalid_item_id');
    expect((await refusalOf(session.truncate('item_none', 10))).code).toBe('item_truncate_invalid_item_id');
    expect((await refusalOf(session.commitInput())).code).toBe('input_audio_buffer_commit_empty');
    expect((await refusalOf(session.createItem(typed('x'), { previousItemId: 'none' }))).code).toBe(
      'item_create_invalid_previous_item_id',
    );
    const change = { audio: { output: { speed: 99 } } };
    expect((await refusalOf(session.update(change))).param).toBe('session.audio.output.speed');
    const [heard] = [session.next('error')];
    await refusalOf(session.retrieveItem('item_none'));
    expect(await heard).toMatchObject({ error: { code: 'item_retrieve_invalid_item_id' } });
  });

  it('of many under way gets its own answer, and an error does not shift those behind it', async () => {
    const session = await join(memoryServer('{}'), silent);
    const wrong = { audio: { output: { speed: 99 } } };
    const results = await Promise.allSettled([
      session.update({ instructions: 'one' }),
      session.update(wrong),
      session.update({ instructions: 'three' }),
      session.createItem({ id: 'a', ...typed('a') }),
      session.createItem({ id: 'a', ...typed('again') }),
      session.deleteItem('a'),
      session.createItem({ id: 'a', ...typed('anew') }),
      session.retrieveItem('a'),
    ]);
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
    expect(results[0]).toMatchObject({ value: { session: { instructions: 'one' } } });
    expect(results[2]).toMatchObject({ value: { session: { instructions: 'three' } } });
    expect(results[7]).toMatchObject({ value: { item: { content: [{ text: 'anew' }] } } });
  });

  it('does not take the answer to what the app sent by itself', async () => {
    const server = memoryServer('{}', { latencyMs: 20 });
    const session = await join(server, silent);
    session.send({ type: 'session.update', session: { type: 'realtime', instructions: 'raw' } });
    const asked = session.update({ instructions: 'asked' });
    session.send({ type: 'input_audio_buffer.clear' });
    const cleared = session.clearInput();
    const [clearedFirst] = [session.next('input_audio_buffer.cleared')];
    await pass(server.clock, 100);
    expect(await asked).toMatchObject({ session: { instructions: 'asked' } });
    expect(await cleared).not.toBe(await clearedFirst);
  });

  it('is not needed to learn that the app’s own event can not be sent', async () => {
    const server = bareServer({ greets: false });
    const session = server.start({ maxQueuedEvents: 0 });
    const full = expect.objectContaining({ code: 'queue_full' });
    expect(() => session.send({ type: 'session.update', session: { type: 'realtime' } })).toThrow(full);
    session.close();
    const closed = expect.objectContaining({ code: 'closed' });
    expect(() => session.send({ type: 'session.update', session: { type: 'realtime' } })).toThrow(closed);
    expect(() => session.send({ type: 'vendor.thing' })).toThrow(closed);
  });

  it('to commit is not answered by a commit that the server makes of itself', async () => {
    const server = bareServer();
    const session = await server.connect();
    const committing = session.commitInput();
    server.say({ type: 'input_audio_buffer.speech_stopped', item_id: 'item_vad', audio_end_ms: 10 });
    server.say({ type: 'input_audio_buffer.committed', item_id: 'item_vad', previous_item_id: null });
    server.say({ type: 'input_audio_buffer.committed', item_id: 'item_ours', previous_item_id: 'item_vad' });
    expect((await committing).item_id).toBe('item_ours');
  });

  it('about an item finds an error that names only the item', async () => {
    const server = bareServer();
    const session = await server.connect();
    const other = session.retrieveItem('item_2');
    const asked = session.retrieveItem('item_1');
    const message = "Error retrieving item: the item with id 'item_1' does not exist.";
    const error = { type: 'invalid_request_error', code: 'item_retrieve_invalid_item_id', message, event_id: null };
    server.say({ type: 'error', error });
    expect((await refusalOf(asked)).message).toBe(message);
    server.say({ type: 'conversation.item.retrieved', item: { id: 'item_2', ...typed('x') } });
    expect((await other).item.id).toBe('item_2');
  });

  it.each([
    ['update', 'invalid_value', 'session.voice', 'No such voice.'],
    ['createItem', 'invalid_tool_call_id', 'item.call_id', 'Tool call ID not found in conversation.'],
    ['createItem', 'invalid_type', 'item.content[0].text', 'Not so.'],
    ['commitInput', 'input_audio_buffer_commit_empty', null, 'Buffer too small.'],
    ['truncate', 'invalid_value', 'audio_end_ms', 'Audio content of 10ms is already shorter than 20ms.'],
  ] as const)('finds an error that names no event: %s, %s', async (kind, code, param, message) => {
    const server = bareServer();
    const session = await server.connect();
    const requests = {
      update: session.update({ instructions: 'a' }),
      createItem: session.createItem(typed('a')),
      commitInput: session.commitInput(),
      truncate: session.truncate('item_a', 20),
      next: session.update({ instructions: 'b' }),
    };
    const settled: string[] = [];
    for (const [name, request] of Object.entries(requests)) request.catch(() => settled.push(name));
    server.say({ type: 'error', error: { type: 'invalid_request_error', code, param, message, event_id: null } });
    expect((await refusalOf(requests[kind])).code).toBe(code);
    await settle();
    expect(settled).toEqual([kind]);
  });

  it('finds an error that has no words, too', async () => {
    const server = bareServer();
    const session = await server.connect();
    const request = session.retrieveItem('item_a');
    server.say({ type: 'error', error: { code: 'unknown', param: 7 } });
    server.say({ type: 'error', error: { code: 'item_retrieve_failed' } });
    expect((await refusalOf(request)).code).toBe('item_retrieve_failed');
  });

  it('leaves an error that names another item, or no field of a request, to the app', async () => {
    const server = bareServer();
    const session = await server.connect();
    const errors: unknown[] = [];
    session.on('error', ({ error }) => errors.push(error.code));
    const request = codeOf(session.retrieveItem('item_a', { timeoutMs: 1_000 }));
    const about = { type: 'invalid_request_error', param: null, event_id: null };
    const message = "Error retrieving item: the item with id 'item_b' does not exist.";
    server.say({ type: 'error', error: { ...about, code: 'item_retrieve_invalid_item_id', message } });
    server.say({ type: 'error', error: { ...about, code: 'internal_error', message: 'Sorry.' } });
    server.clock.advance(1_000);
    expect(await request).toBe('timeout');
    expect(errors).toEqual(['item_retrieve_invalid_item_id', 'internal_error']);
  });

  it('tells an error of what the app sent by itself from one of a request, by an id that it gives', async () => {
    const server = memoryServer('replies: [{ steps: [{ say: ok }] }]');
    const session = await join(server);
    const request = codeOf(session.createItem(typed('fine')));
    session.send({ type: 'conversation.item.create', item: { type: 'nonsense' } });
    expect(await request).toBe('resolved');
  });

  it('takes `conversation.item.created` from servers that say that', async () => {
    const server = bareServer();
    const session = await server.connect();
    const adding = session.createItem({ id: 'item_1', ...typed('x') });
    server.say({ type: 'conversation.item.created', previous_item_id: null, item: { id: 'item_1', ...typed('x') } });
    expect((await adding).type).toBe('conversation.item.created');
  });

  it('gives up when it takes too long, is aborted, or the session ends', async () => {
    const server = bareServer();
    const session = await server.connect({ requestTimeoutMs: 1_000 });
    const slow = codeOf(session.clearInput());
    const slower = codeOf(session.deleteItem('item_1', { timeoutMs: 2_000 }));
    server.clock.advance(1_000);
    expect(await slow).toBe('timeout');
    const abort = new AbortController();
    const aborted = codeOf(session.retrieveItem('item_1', { signal: abort.signal, timeoutMs: 10_000 }));
    server.clock.advance(1_000);
    expect(await slower).toBe('timeout');
    abort.abort();
    expect(await aborted).toBe('aborted');
    expect(await codeOf(session.retrieveItem('item_1', { signal: abort.signal }))).toBe('aborted');
    const lost = codeOf(session.commitInput());
    session.close();
    expect(await lost).toBe('closed');
    expect(await codeOf(session.commitInput())).toBe('closed');
    expect(server.sent.filter(({ type }) => type === 'conversation.item.retrieve')).toHaveLength(1);
    expect(server.clock.waiting).toBe(0);
  });
});

describe('appendAudio', () => {
  it('takes bytes, samples and base64', async () => {
    const server = bareServer();
    const session = await server.connect();
    session.appendAudio(Uint8Array.of(1, 2, 3));
    session.appendAudio(Int16Array.of(1, -2));
    session.appendAudio('AQID');
    expect(server.sent.map(({ audio }) => audio)).toEqual(['AQID', 'AQD+/w==', 'AQID']);
  });

  it('refuses samples where the session hears G.711', async () => {
    const session = await join(memoryServer('{}'), {
      session: { type: 'realtime', audio: { input: { format: { type: 'audio/pcmu' } } } },
    });
    session.appendAudio(Uint8Array.of(255));
    expect(() => session.appendAudio(Int16Array.of(1))).toThrow(expect.objectContaining({ code: 'invalid_options' }));
  });
});
