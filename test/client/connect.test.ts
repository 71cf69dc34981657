import { describe, expect, it } from 'vitest';
import { ClientError, connect as connectAnywhere, type UnknownServerEvent } from '../../src/client/index.ts';
import { connect } from '../../src/client/index-node.ts';
import { serve } from '../e2e/test-server.ts';
import { bareServer, created } from './bare-server.ts';
import { codeOf, join, memoryServer, pass, settle, typed } from './memory-server.ts';

const refusal = (code: string) => ({
  type: 'error',
  error: { type: 'invalid_request_error', code, message: `No: ${code}.`, param: null, event_id: null },
});

async function errorOf(promise: Promise<unknown>): Promise<ClientError> {
  const error = await promise.then(
    () => null,
    (cause: unknown) => cause,
  );
  if (!(error instanceof ClientError)) throw new Error(`Not a ClientError: ${String(error)}`);
  return error;
}

describe('connect', () => {
  it('gives a session that knows its id and its settings', async () => {
    const session = await join(memoryServer('{}'));
    expect(session.id).toMatch(/^sess_/);
    expect(session.config).toMatchObject({ type: 'realtime', model: 'test' });
    expect(session.connection).toBe('open');
    session.close();
    expect(session.connection).toBe('closed');
    expect(await session.closed).toEqual({ code: 1000, reason: '' });
  });

  it('sends the settings first and waits until they are in effect', async () => {
    const session = await join(memoryServer('{}'), { session: { type: 'realtime', instructions: 'Rhyme.' } });
    expect(session.config).toMatchObject({ instructions: 'Rhyme.' });
  });

  it('fails where the server refuses the settings, with its error inside', async () => {
    const server = memoryServer('{}');
    const tooLoud = { type: 'realtime', audio: { output: { speed: 99 } } } as const;
    const error = await errorOf(join(server, { session: tooLoud }));
    expect(error.code).toBe('refused');
    expect(error.server).toMatchObject({ param: 'session.audio.output.speed' });
    expect(server.connections).toHaveLength(1);
  });

  it('fails with the reason of a server that says no and closes', async () => {
    const server = bareServer({ greets: false });
    const joining = server.connect();
    await settle();
    server.say(refusal('invalid_api_key'));
    server.close(3000, 'invalid_request_error.invalid_api_key');
    const error = await errorOf(joining);
    expect(error).toMatchObject({ code: 'refused', server: { code: 'invalid_api_key' }, close: { code: 3000 } });
    expect(error.message).toContain('No: invalid_api_key.');
  });

  it('fails where the connection closes without a word', async () => {
    const server = bareServer({ greets: false });
    const joining = server.connect();
    await settle();
    server.close(1011);
    expect(await errorOf(joining)).toMatchObject({ code: 'closed', server: null, close: { code: 1011 } });
  });

  it('fails where nobody can be reached', async () => {
    const cause = new Error('ECONNREFUSED');
    const error = await errorOf(connectAnywhere({ wire: () => Promise.reject(cause) }));
    expect(error).toMatchObject({ code: 'unreachable', cause });
  });

  it('gives up after its time-out, and closes what it had opened', async () => {
    const server = bareServer({ greets: false });
    const joining = server.connect({ timeoutMs: 5_000 });
    await settle();
    server.clock.advance(4_999);
    expect(server.clock.waiting).toBe(1);
    server.clock.advance(1);
    expect(await codeOf(joining)).toBe('timeout');
    expect(server.clock.waiting).toBe(0);
  });

  it.each(['before it begins', 'while it waits', 'while the settings are on their way'])(
    'can be aborted %s',
    async (when) => {
      const server = bareServer({ greets: when !== 'while it waits' });
      const abort = new AbortController();
      if (when === 'before it begins') abort.abort();
      const joining = server.connect({ signal: abort.signal, session: { type: 'realtime' } });
      await settle();
      abort.abort();
      expect(await codeOf(joining)).toBe('aborted');
      expect(server.clock.waiting).toBe(0);
    },
  );

  it('asks for the key anew for each session, and says when there is none', async () => {
    const key = () => Promise.reject(new Error('The token server is down.'));
    const error = await errorOf(connectAnywhere({ wire: () => new Promise(() => {}), key }));
    expect(error).toMatchObject({ code: 'key_unavailable', cause: { message: 'The token server is down.' } });
  });

  it('can be ready as soon as the socket is open', async () => {
    const server = bareServer({ greets: false });
    const session = await server.connect({ readyOn: 'open' });
    expect([session.connection, session.id]).toEqual(['open', null]);
  });

  it('takes a wire that is open already', async () => {
    const server = bareServer();
    const session = await connectAnywhere({ wire: await server.dial(), clock: server.clock });
    expect(session.id).toBe('sess_bare');
  });
});

describe('a session that is still connecting', () => {
  it('keeps what is sent, in order, and sends it after the settings', async () => {
    const server = bareServer({ greets: false });
    const session = server.start({ session: { type: 'realtime' } });
    session.appendAudio('AAAA');
    session.send({ type: 'input_audio_buffer.append', audio: 'BBBB' });
    void session.clearInput().catch(() => {});
    await settle();
    expect([session.connection, server.sent]).toEqual(['connecting', []]);
    server.say(created);
    await settle();
    expect(server.sent.map(({ type, audio }) => audio ?? type)).toEqual([
      'session.update',
      'AAAA',
      'BBBB',
      'input_audio_buffer.clear',
    ]);
  });

  it('keeps only so much', async () => {
    const server = bareServer({ greets: false });
    const session = server.start({ maxQueuedEvents: 2, maxQueuedBytes: 200 });
    session.appendAudio('AAAA');
    expect(() => session.appendAudio('A'.repeat(400))).toThrow(expect.objectContaining({ code: 'queue_full' }));
    session.appendAudio('AAAA');
    expect(() => session.appendAudio('AAAA')).toThrow(expect.objectContaining({ code: 'queue_full' }));
    expect(await codeOf(session.deleteItem('item_1'))).toBe('queue_full');
    expect(await codeOf(session.respond({ conversation: 'none' }).done)).toBe('queue_full');
    expect(session.pendingBytes).toBeGreaterThan(0);
  });

  it('rejects what waits when it can not be opened', async () => {
    const server = bareServer({ greets: false });
    const session = server.start();
    const deleted = codeOf(session.deleteItem('item_1'));
    const next = codeOf(session.next('response.done'));
    const { done } = session.respond();
    await settle();
    server.close(1008, 'policy');
    expect(await codeOf(session.ready)).toBe('closed');
    expect([await deleted, await next, await codeOf(done)]).toEqual(['closed', 'closed', 'closed']);
    expect(await session.closed).toEqual({ code: 1008, reason: 'policy' });
    expect(() => session.appendAudio('AAAA')).toThrow(expect.objectContaining({ code: 'closed' }));
  });

  it('can be closed', async () => {
    const server = bareServer({ greets: false });
    const session = server.start();
    session.close(4001, 'never mind');
    expect(await codeOf(session.ready)).toBe('closed');
    expect(await session.closed).toEqual({ code: 4001, reason: 'never mind' });
  });
});

describe('over a socket', () => {
  it('speaks with a server that wants no key', async () => {
    const { url } = await serve();
    const session = await connect({ url, model: 'echo' });
    await session.createItem(typed('hello'));
    const done = await session.respond({ output_modalities: ['text'] }).done;
    expect(done.output).toMatchObject([{ content: [{ text: 'You said: hello' }] }]);
    session.close();
    expect(await session.closed).toMatchObject({ code: 1000 });
  });

  it('sends its key as a header, fetched when it is needed', async () => {
    const { url } = await serve({ auth: { keys: ['sk-right'] } });
    const session = await connect({ url, model: 'echo', key: async () => 'sk-right' });
    expect(session.id).toMatch(/^sess_/);
    session.close();
    expect(await errorOf(connect({ url, model: 'echo', key: 'sk-wrong' }))).toMatchObject({
      code: 'refused',
      server: { code: 'invalid_api_key' },
      close: { code: 3000 },
    });
  });

  it('sends its key as a subprotocol where the platform has no headers', async () => {
    const { url } = await serve({ auth: { keys: ['sk-right'] } });
    const session = await connectAnywhere({ url, model: 'echo', key: 'sk-right' });
    expect(session.config).toMatchObject({ model: 'echo' });
    session.close();
    expect(await session.closed).toMatchObject({ code: 1000 });
    expect(await codeOf(connectAnywhere({ url, model: 'echo', key: 'sk-wrong' }))).toBe('refused');
  });

  it.each([connect, connectAnywhere])('says that nobody is there', async (open) => {
    const error = await errorOf(open({ url: 'ws://127.0.0.1:9/v1/realtime', model: 'echo' }));
    expect(error.code).toBe('unreachable');
  });

  it('opens a session that only transcribes', async () => {
    const { url } = await serve();
    const session = await connect({ url, intent: 'transcription' });
    expect(session.config?.type).toBe('transcription');
    await session.update({ audio: { input: { transcription: { model: 'whisper-1' } } } });
    session.close();
  });

  it('leaves nothing behind after an abort', async () => {
    const { url } = await serve();
    const abort = new AbortController();
    const joining = connect({ url, model: 'echo', signal: abort.signal });
    await settle();
    abort.abort();
    expect(await codeOf(joining)).toBe('aborted');
  });
});

describe('events', () => {
  it('come to handlers of their type and to those of all', async () => {
    const server = bareServer();
    const heard: string[] = [];
    const session = await server.connect({ onEvent: ({ type }: { type: string }) => heard.push(`first ${type}`) });
    const off = session.on('rate_limits.updated', ({ rate_limits }) => heard.push(`limits ${rate_limits.length}`));
    session.once('*', ({ type }) => heard.push(`once ${type}`));
    session.on('vendor.thing', (event) => heard.push(`vendor ${String(event['size'])}`));
    server.say({ type: 'rate_limits.updated', rate_limits: [] });
    server.say({ type: 'vendor.thing', size: 3 });
    off();
    server.say({ type: 'rate_limits.updated', rate_limits: [] });
    expect(heard).toEqual([
      'first session.created',
      'first rate_limits.updated',
      'limits 0',
      'once rate_limits.updated',
      'first vendor.thing',
      'vendor 3',
      'first rate_limits.updated',
    ]);
  });

  it('are told with all else that passes, both ways and as it is on the wire, whatever is thrown at it', async () => {
    const server = bareServer();
    const passed: string[] = [];
    const reported: unknown[] = [];
    const session = await server.connect({
      onFrame: (direction: string, text: string) => {
        passed.push(`${direction} ${text}`);
        throw new Error('mine');
      },
      onHandlerError: (error: unknown) => reported.push(error),
    });
    session.send({ type: 'vendor.ask', event_id: 'e1', size: 3 });
    server.frame('{"type": "vendor.thing",  "size":3}');
    server.frame('no event');
    expect(passed.slice(1)).toEqual([
      '> {"type":"vendor.ask","event_id":"e1","size":3}',
      '< {"type": "vendor.thing",  "size":3}',
      '< no event',
    ]);
    expect(passed[0]).toMatch(/^< .*session\.created/);
    expect(server.sent).toEqual([{ type: 'vendor.ask', event_id: 'e1', size: 3 }]);
    expect(reported.filter((error) => error instanceof Error && error.message === 'mine')).toHaveLength(4);
  });

  it('reach everyone although a handler throws or rejects, and the mistake is reported', async () => {
    const server = bareServer();
    const reported: unknown[] = [];
    const session = await server.connect({ onHandlerError: (error: unknown) => reported.push(error) });
    const heard: string[] = [];
    session.on('*', () => {
      throw new Error('mine');
    });
    session.on('*', async () => {
      throw new Error('late');
    });
    session.on('*', ({ type }) => heard.push(type));
    server.say({ type: 'vendor.thing' });
    await settle();
    expect(heard).toEqual(['vendor.thing']);
    expect(reported).toEqual([new Error('mine'), new Error('late')]);
  });

  it('that are none are passed over', async () => {
    const server = bareServer();
    const session = await server.connect();
    const heard: string[] = [];
    session.on('*', ({ type }) => heard.push(type));
    for (const frame of ['', '{', '[]', 'null', '7', '{"type":7}', '{"type":"real"}']) server.frame(frame);
    expect(heard).toEqual(['real']);
  });

  it('come in order to a loop, which ends with the session', async () => {
    const server = bareServer();
    const session = await server.connect();
    const types: string[] = [];
    const reading = (async () => {
      for await (const event of session) types.push(event.type);
    })();
    server.say({ type: 'one' });
    server.say({ type: 'two' });
    session.close();
    await reading;
    expect(types).toEqual(['one', 'two']);
    for await (const event of session) types.push(event.type);
    expect(types).toHaveLength(2);
  });

  it('never go missing in a slow loop unnoticed', async () => {
    const server = bareServer();
    const session = await server.connect({ maxBufferedEvents: 2 });
    const loop = session[Symbol.asyncIterator]();
    for (const type of ['one', 'two', 'three']) server.say({ type });
    expect((await loop.next()).value).toMatchObject({ type: 'one' });
    expect((await loop.next()).value).toMatchObject({ type: 'two' });
    expect(await codeOf(loop.next())).toBe('events_overflowed');
    expect(await loop.next()).toMatchObject({ done: true });
  });

  it('stop coming to a loop that was left', async () => {
    const server = bareServer();
    const session = await server.connect();
    server.clock.after(1, () => server.say({ type: 'one' }));
    const reading = (async () => {
      for await (const event of session) return event.type;
      return null;
    })();
    server.clock.advance(1);
    expect(await reading).toBe('one');
    server.say({ type: 'two' });
  });

  it('can be awaited one at a time', async () => {
    const server = bareServer();
    const session = await server.connect();
    const where = (event: UnknownServerEvent) => event['size'] === 2;
    const second = session.next('vendor.thing', { where });
    server.say({ type: 'vendor.thing', size: 1 });
    server.say({ type: 'vendor.thing', size: 2 });
    expect(await second).toMatchObject({ size: 2 });
    const late = codeOf(session.next('response.done', { timeoutMs: 100 }));
    server.clock.advance(100);
    expect(await late).toBe('timeout');
    const abort = new AbortController();
    const aborted = codeOf(session.next('response.done', { signal: abort.signal }));
    abort.abort();
    expect(await aborted).toBe('aborted');
    const picky = session.next('*', {
      where: () => {
        throw new Error('picky');
      },
    });
    server.say({ type: 'vendor.thing' });
    await expect(picky).rejects.toThrow('picky');
    const last = codeOf(session.next('response.done'));
    session.close();
    expect(await last).toBe('closed');
    expect(await codeOf(session.next('response.done'))).toBe('closed');
    expect(server.clock.waiting).toBe(0);
  });
});

describe('the clock of a session', () => {
  it('has nothing waiting once the session is over', async () => {
    const server = memoryServer('{}');
    const session = await join(server);
    void session.retrieveItem('item_x').catch(() => {});
    session.close();
    await session.closed;
    await pass(server.clock, 10);
    // What is left belongs to the server.
    expect(server.clock.waiting).toBe(0);
  });
});
