import { describe, expect, it } from 'vitest';
import { type BareServer, bareServer } from './bare-server.ts';
import { codeOf, collect, join, memoryServer, pass, refusalOf, settle, silent, typed } from './memory-server.ts';

const wordy = 'pace: { delta_ms: 100 }\nreplies: [{ steps: [{ say: "one two three four five" }] }]';

const creates = ({ sent }: BareServer) => sent.filter(({ type }) => type === 'response.create');

describe('respond', () => {
  it('streams text and ends with the response', async () => {
    const session = await join(memoryServer('replies: [{ steps: [{ say: "You said: {input}" }] }]'));
    await session.createItem(typed('hello there'));
    const handle = session.respond({ output_modalities: ['text'] });
    expect(await collect(handle.text)).toBe('You said: hello there');
    expect(await handle.created).toMatchObject({ status: 'in_progress' });
    expect(await handle.done).toMatchObject({ id: handle.id, status: 'completed', metadata: null });
    // Again, from the beginning.
    expect(await collect(handle.text)).toBe('You said: hello there');
    expect(await collect(handle.transcript)).toBe('');
  });

  it('streams words and sound side by side', async () => {
    const server = memoryServer(wordy);
    const session = await join(server, silent);
    const handle = session.respond();
    const bytes = (async () => {
      let sum = 0;
      for await (const chunk of handle.audio) sum += chunk.byteLength;
      return sum;
    })();
    const types = (async () => {
      const seen = new Set<string>();
      for await (const { type } of handle.events) seen.add(type);
      return seen;
    })();
    const words = collect(handle.transcript);
    await pass(server.clock, 1_000);
    expect(await words).toBe('one two three four five');
    expect(await bytes).toBe(23 * 60 * 48);
    expect([...(await types)].slice(0, 3)).toEqual([
      'response.created',
      'response.output_item.added',
      'response.content_part.added',
    ]);
    expect((await types).has('response.done')).toBe(true);
  });

  it('leaves the metadata of the caller alone, and nobody sees its own', async () => {
    const server = memoryServer(wordy);
    const session = await join(server, silent);
    const seen: unknown[] = [];
    session.on('response.created', ({ response }) => seen.push(response.metadata));
    session.on('response.done', ({ response }) => seen.push(response.metadata));
    const full = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`key${index}`, 'x']));
    const handles = [
      session.respond({ metadata: { mine: 'yes' } }),
      session.respond(),
      session.respond({ metadata: full }),
    ];
    await pass(server.clock, 3_000);
    for (const handle of handles) expect((await handle.done).status).toBe('completed');
    expect(seen).toEqual([{ mine: 'yes' }, { mine: 'yes' }, null, null, full, full]);
  });

  it('can be cancelled while it runs, and the end can be awaited', async () => {
    const server = memoryServer(wordy);
    const session = await join(server, silent);
    const handle = session.respond();
    const words = collect(handle.transcript);
    await pass(server.clock, 250);
    const cancelled = await handle.cancel();
    expect(cancelled).toMatchObject({ status: 'cancelled', status_details: { reason: 'client_cancelled' } });
    expect(await handle.done).toBe(cancelled);
    expect(await words).toBe('one two three ');
    expect(await handle.cancel()).toBe(cancelled);
  });

  it('that waits is never asked for once it is cancelled', async () => {
    const server = memoryServer(wordy);
    const session = await join(server, silent);
    const first = session.respond();
    const second = session.respond();
    expect(await second.cancel()).toMatchObject({ status: 'cancelled', output: [] });
    expect(await codeOf(second.created)).toBe('aborted');
    expect(await collect(second.text)).toBe('');
    await pass(server.clock, 1_000);
    expect((await first.done).status).toBe('completed');
    expect(server.heard.filter(({ type }) => type === 'response.create')).toHaveLength(1);
  });

  it('that is under way is cancelled as soon as it has begun', async () => {
    const server = bareServer();
    const session = await server.connect();
    const handle = session.respond();
    const cancelled = handle.cancel();
    expect(server.sent.map(({ type }) => type)).toEqual(['response.create']);
    const metadata = { antiphon_request: server.idOf('response.create') };
    server.say({ type: 'response.created', response: { id: 'resp_1', status: 'in_progress', metadata } });
    expect(server.sent.at(-1)).toMatchObject({ type: 'response.cancel', response_id: 'resp_1' });
    server.say({ type: 'response.done', response: { id: 'resp_1', status: 'cancelled', metadata } });
    expect(await cancelled).toMatchObject({ id: 'resp_1', status: 'cancelled', metadata: null });
  });

  it('of another client of the same session keeps the metadata by which that client knows it', async () => {
    const server = bareServer();
    const session = await server.connect();
    const seen: unknown[] = [];
    session.on('response.created', ({ response }) => seen.push(response.metadata));
    const metadata = { antiphon_request: 'evt_theirs_1' };
    server.say({ type: 'response.created', response: { id: 'resp_1', status: 'in_progress', metadata } });
    expect(seen).toEqual([metadata]);
  });

  it('cancelled just as it ends is no error to anybody', async () => {
    const server = bareServer();
    const session = await server.connect();
    const errors: unknown[] = [];
    session.on('error', (event) => errors.push(event));
    const handle = session.respond();
    server.say({ type: 'response.created', response: { id: 'resp_1' } });
    const cancelled = handle.cancel();
    server.say({ type: 'response.done', response: { id: 'resp_1', status: 'completed' } });
    const error = { type: 'invalid_request_error', code: 'response_cancel_not_active', message: 'Cancellation failed' };
    server.say({ type: 'error', error: { ...error, event_id: server.idOf('response.cancel') } });
    expect((await cancelled).status).toBe('completed');
    expect(errors).toEqual([]);
  });

  it('says so when the server will not cancel', async () => {
    const server = bareServer();
    const session = await server.connect();
    const handle = session.respond();
    server.say({ type: 'response.created', response: { id: 'resp_1' } });
    const cancelled = handle.cancel();
    const error = { type: 'server_error', code: 'internal_error', message: 'Broken.' };
    server.say({ type: 'error', error: { ...error, event_id: server.idOf('response.cancel') } });
    expect((await refusalOf(cancelled)).message).toBe('Broken.');
    server.say({ type: 'response.done', response: { id: 'resp_1', status: 'completed' } });
    expect((await handle.done).status).toBe('completed');
  });

  it('is stopped by a signal', async () => {
    const server = memoryServer(wordy);
    const session = await join(server, silent);
    const abort = new AbortController();
    const handle = session.respond({ signal: abort.signal });
    await pass(server.clock, 100);
    abort.abort();
    expect((await handle.done).status).toBe('cancelled');
    expect((await session.respond({ signal: abort.signal }).done).status).toBe('cancelled');
    expect(server.heard.filter(({ type }) => type === 'response.create')).toHaveLength(1);
  });

  it('resolves whatever became of the response', async () => {
    const steps = '[{ say: Working }, { fail: { code: server_error, message: broke } }]';
    const session = await join(memoryServer(`replies: [{ steps: ${steps} }]`), silent);
    const failed = await session.respond().done;
    expect(failed).toMatchObject({ status: 'failed', status_details: { error: { code: 'server_error' } } });
  });

  it('rejects where the server will not begin, and the next one goes ahead', async () => {
    const server = memoryServer(wordy);
    const session = await join(server, silent);
    const refused = session.respond({ conversation: 'conv_other' });
    const next = session.respond();
    expect((await refusalOf(refused.done)).param).toBe('response.conversation');
    expect(await refusalOf(refused.created)).toBe(await refusalOf(refused.done));
    await refusalOf(collect(refused.text));
    await pass(server.clock, 1_000);
    expect((await next.done).status).toBe('completed');
  });

  it('rejects where the server does not begin in time, and the next one goes ahead when that is sure to be over', async () => {
    const server = bareServer();
    const session = await server.connect({ requestTimeoutMs: 5_000 });
    const first = session.respond({ timeoutMs: 1_000 });
    const second = session.respond();
    server.clock.advance(1_000);
    expect(await codeOf(first.done)).toBe('timeout');
    server.clock.advance(3_999);
    expect(creates(server)).toHaveLength(1);
    server.clock.advance(1);
    expect(creates(server)).toHaveLength(2);
    server.say({ type: 'response.created', response: { id: 'resp_1' } });
    server.clock.advance(60_000);
    server.say({ type: 'response.done', response: { id: 'resp_1', status: 'completed' } });
    expect((await second.done).status).toBe('completed');
    expect(server.clock.waiting).toBe(0);
  });

  it.each([
    ['that echoes metadata', true],
    ['that does not', false],
  ])('begun too late is stopped, and none is asked for before its end: by a server %s', async (_server, echoes) => {
    const server = bareServer();
    const session = await server.connect();
    const first = session.respond({ timeoutMs: 1_000 });
    server.clock.advance(1_000);
    expect(await codeOf(first.done)).toBe('timeout');
    const metadata = echoes ? { antiphon_request: server.idOf('response.create') } : null;
    const second = session.respond();
    server.clock.advance(5_000);
    server.say({ type: 'response.created', response: { id: 'resp_late', metadata } });
    expect(server.sent.at(-1)).toMatchObject({ type: 'response.cancel', response_id: 'resp_late' });
    expect(creates(server)).toHaveLength(1);
    server.say({ type: 'response.done', response: { id: 'resp_late', status: 'cancelled', metadata } });
    expect(creates(server)).toHaveLength(2);
    const own = echoes ? { antiphon_request: server.idOf('response.create') } : null;
    server.say({ type: 'response.created', response: { id: 'resp_2', metadata: own } });
    expect([first.id, second.id]).toEqual([null, 'resp_2']);
    expect(server.sent.filter(({ type }) => type === 'response.cancel')).toHaveLength(1);
  });

  it('begun long after it was given up, even while the next one is asked for, is stopped', async () => {
    const server = bareServer();
    const session = await server.connect({ requestTimeoutMs: 5_000 });
    const first = session.respond();
    server.clock.advance(5_000);
    const second = session.respond();
    server.clock.advance(4_000);
    const [late, asked] = creates(server).map(({ event_id: key }) => ({ antiphon_request: key }));
    expect(asked).toBeDefined();
    server.say({ type: 'response.created', response: { id: 'resp_late', metadata: late } });
    expect(server.sent.at(-1)).toMatchObject({ type: 'response.cancel', response_id: 'resp_late' });
    const error = { type: 'invalid_request_error', code: 'conversation_already_has_active_response', message: 'Wait.' };
    server.say({ type: 'error', error: { ...error, event_id: asked?.antiphon_request } });
    server.say({ type: 'response.done', response: { id: 'resp_late', status: 'cancelled', metadata: late } });
    expect(creates(server)).toHaveLength(3);
    expect([await codeOf(first.done), second.id]).toEqual(['timeout', null]);
  });

  it('out of band and begun too late is stopped too', async () => {
    const server = bareServer();
    const session = await server.connect({ requestTimeoutMs: 5_000 });
    session.respond({ conversation: 'none' });
    server.clock.advance(8_000);
    const metadata = { antiphon_request: server.idOf('response.create') };
    server.say({ type: 'response.created', response: { id: 'resp_late', conversation_id: null, metadata } });
    expect(server.sent.at(-1)).toMatchObject({ type: 'response.cancel', response_id: 'resp_late' });
  });

  it('that timed out and is refused late is nobody’s failure, and the next one goes ahead', async () => {
    const server = bareServer();
    const session = await server.connect();
    session.respond({ timeoutMs: 1_000 });
    server.clock.advance(1_000);
    const second = session.respond();
    const error = { type: 'invalid_request_error', code: 'conversation_already_has_active_response', message: 'Wait.' };
    server.say({ type: 'error', error: { ...error, event_id: server.idOf('response.create') } });
    expect(creates(server)).toHaveLength(2);
    server.say({ type: 'response.created', response: { id: 'resp_2' } });
    expect(second.id).toBe('resp_2');
  });

  it('that still waits for a connection is never sent once it is aborted, or its time is up', async () => {
    const server = bareServer();
    const session = server.start();
    const abort = new AbortController();
    const aborted = session.respond({ conversation: 'none', signal: abort.signal });
    const late = session.respond({ conversation: 'none', timeoutMs: 10 });
    abort.abort();
    server.clock.advance(10);
    expect((await aborted.done).status).toBe('cancelled');
    expect(await codeOf(late.done)).toBe('timeout');
    await session.ready;
    expect(creates(server)).toEqual([]);
  });

  it('rejects when the session ends, also for those who only read the text', async () => {
    const server = memoryServer(wordy);
    const session = await join(server, silent);
    const running = session.respond();
    const waiting = session.respond();
    const words = codeOf(collect(running.transcript));
    const sounds = codeOf(
      (async () => {
        for await (const chunk of running.audio) expect(chunk.byteLength).toBeGreaterThan(0);
      })(),
    );
    await pass(server.clock, 150);
    session.close();
    expect([await words, await sounds, await codeOf(running.done), await codeOf(waiting.done)]).toEqual([
      'closed',
      'closed',
      'closed',
      'closed',
    ]);
    expect(await codeOf(session.respond().done)).toBe('closed');
  });

  it('keeps only so much sound for a slow reader', async () => {
    const server = memoryServer(wordy);
    const session = await join(server, { ...silent, maxBufferedAudioBytes: 20_000 });
    const handle = session.respond();
    const reader = handle.audio[Symbol.asyncIterator]();
    await pass(server.clock, 1_000);
    expect((await reader.next()).value?.byteLength).toBe(4 * 60 * 48);
    expect(await codeOf(reader.next())).toBe('events_overflowed');
    expect((await handle.done).status).toBe('completed');
  });
});

describe('responses out of band', () => {
  it('run beside each other and the one of the conversation', async () => {
    const server = memoryServer(wordy);
    const session = await join(server, silent);
    const handles = [
      session.respond(),
      session.respond({ conversation: 'none' }),
      session.respond({ conversation: 'none' }),
    ];
    await settle();
    const ids = handles.map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    expect(ids).not.toContain(null);
    await pass(server.clock, 1_000);
    for (const handle of handles) expect(await handle.done).toMatchObject({ id: handle.id, status: 'completed' });
  });
});

describe('a server that does not echo metadata', () => {
  it('is understood by the order of its events', async () => {
    const server = bareServer();
    const session = await server.connect();
    const first = session.respond();
    const second = session.respond();
    const aside = session.respond({ conversation: 'none' });
    server.say({ type: 'response.created', response: { id: 'resp_aside', conversation_id: null } });
    server.say({ type: 'response.created', response: { id: 'resp_1', conversation_id: 'conv_1' } });
    expect([first.id, second.id, aside.id]).toEqual(['resp_1', null, 'resp_aside']);
    server.say({ type: 'response.done', response: { id: 'resp_1', status: 'completed' } });
    server.say({ type: 'response.created', response: { id: 'resp_2', conversation_id: 'conv_1' } });
    expect(second.id).toBe('resp_2');
  });
});
