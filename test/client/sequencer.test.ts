import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClientError, type RealtimeSession, type ResponseHandle } from '../../src/client/index.ts';
import { repeats } from '../setup/scale.ts';
import { bareServer } from './bare-server.ts';
import { codeOf, join, type MemoryServer, memoryServer, pass, settle, silent, sound, typed } from './memory-server.ts';

const wordy = 'pace: { delta_ms: 100 }\nreplies: [{ steps: [{ say: "one two three four five" }] }]';
const vad = { type: 'server_vad', silence_duration_ms: 200 } as const;
const listening = { session: { type: 'realtime', audio: { input: { turn_detection: vad } } } } as const;
const busy = { type: 'invalid_request_error', code: 'conversation_already_has_active_response', message: 'Wait.' };

const creates = (server: { readonly heard: readonly { readonly type: string }[] }) =>
  server.heard.filter(({ type }) => type === 'response.create').length;

/** The user speaks, or is silent, for so long. */
async function hear(session: RealtimeSession, server: MemoryServer, ms: number, level?: number): Promise<void> {
  for (let sent = 0; sent < ms; sent += 20) {
    session.appendAudio(sound(20, level));
    await pass(server.clock, 20);
  }
}

describe('a response that is asked for', () => {
  it('waits while another is in progress, in the order asked', async () => {
    const server = memoryServer(wordy);
    const session = await join(server, silent);
    const handles = [1, 2, 3].map(() => session.respond());
    const order: string[] = [];
    session.on('response.created', ({ response }) => order.push(response.id ?? ''));
    await settle();
    expect(creates(server)).toBe(1);
    await pass(server.clock, 3_000);
    const ids = await Promise.all(handles.map(async ({ done }) => (await done).id));
    expect(ids.slice(1)).toEqual(order);
  });

  it('waits while the user speaks and for the answer that the server gives of itself', async () => {
    const server = memoryServer(wordy);
    const session = await join(server, listening);
    await hear(session, server, 300);
    const handle = session.respond();
    await hear(session, server, 200);
    expect(creates(server)).toBe(0);
    await hear(session, server, 300, 0);
    const own = server.said.find(({ type }) => type === 'response.created');
    expect(own).toBeDefined();
    await pass(server.clock, 2_000);
    expect(creates(server)).toBe(1);
    expect((await handle.done).status).toBe('completed');
  });

  it('does not wait for a speaker whom the server will not answer', async () => {
    const server = memoryServer(wordy);
    const detection = { ...vad, create_response: false };
    const session = await join(server, {
      session: { type: 'realtime', audio: { input: { turn_detection: detection } } },
    });
    await hear(session, server, 300);
    session.respond();
    expect(creates(server)).toBe(1);
  });

  it('does not wait for ever for a speaker whose microphone went silent', async () => {
    const server = memoryServer(wordy);
    const session = await join(server, { ...listening, turnMs: 2_000 });
    await hear(session, server, 300);
    session.respond();
    await pass(server.clock, 1_900);
    expect(creates(server)).toBe(0);
    await pass(server.clock, 200);
    expect(creates(server)).toBe(1);
  });

  it('waits on while the speaker goes on', async () => {
    const server = memoryServer(wordy);
    const session = await join(server, { ...listening, turnMs: 1_000 });
    await hear(session, server, 300);
    session.respond();
    for (let word = 0; word < 12; word++) {
      await hear(session, server, 160);
      await hear(session, server, 80, 0);
    }
    expect(creates(server)).toBe(0);
  });

  it.each(['clearInput', 'commitInput'] as const)('goes ahead when the turn ends by %s', async (end) => {
    const server = memoryServer(wordy);
    const session = await join(server, listening);
    await hear(session, server, 300);
    session.respond();
    expect(creates(server)).toBe(0);
    await session[end]();
    expect(creates(server)).toBe(1);
  });

  it('goes ahead when turn detection is switched off in the midst of a turn', async () => {
    const server = memoryServer(wordy);
    const session = await join(server, listening);
    await hear(session, server, 300);
    session.respond();
    await session.update({ audio: { input: { turn_detection: null } } });
    expect(creates(server)).toBe(1);
  });

  it('waits for one that the app created by itself', async () => {
    const server = memoryServer(wordy, { latencyMs: 50 });
    const session = await join(server, silent);
    session.send({ type: 'response.create' });
    const handle = session.respond();
    const errors: unknown[] = [];
    session.on('error', (event) => errors.push(event));
    await pass(server.clock, 3_000);
    expect((await handle.done).status).toBe('completed');
    expect([errors, creates(server)]).toEqual([[], 2]);
  });

  it('waits on for one of the app’s where the server first answers a turn of itself', async () => {
    const server = bareServer();
    const session = await server.connect();
    server.say({ type: 'session.updated', session: listening.session });
    server.say({ type: 'input_audio_buffer.speech_started', item_id: 'item_u', audio_start_ms: 0 });
    session.send({ type: 'response.create', event_id: 'raw_1' });
    const handle = session.respond();
    server.say({ type: 'input_audio_buffer.speech_stopped', item_id: 'item_u', audio_end_ms: 500 });
    server.say({ type: 'input_audio_buffer.committed', item_id: 'item_u' });
    for (const [id, sent] of [
      ['resp_own', 1],
      ['resp_raw', 2],
    ] as const) {
      server.say({ type: 'response.created', response: { id, metadata: null } });
      server.say({ type: 'response.done', response: { id, status: 'completed' } });
      expect(server.sent.filter(({ type }) => type === 'response.create')).toHaveLength(sent);
    }
    const metadata = { antiphon_request: server.idOf('response.create') };
    server.say({ type: 'response.created', response: { id: 'resp_1', metadata } });
    expect(handle.id).toBe('resp_1');
  });

  it('is asked for again where the server was faster with an answer of its own', async () => {
    const server = memoryServer(wordy, { latencyMs: 150 });
    const session = await join(server, listening);
    const errors: unknown[] = [];
    session.on('error', (event) => errors.push(event));
    // The server hears 400 ms of speech and the end of it before the client knows that anybody spoke.
    session.appendAudio(sound(400));
    session.appendAudio(sound(400, 0));
    const handle = session.respond({ metadata: { mine: 'yes' } });
    await pass(server.clock, 5_000);
    const refused = server.said.filter(({ type }) => type === 'error');
    expect(refused).toMatchObject([{ error: { code: 'conversation_already_has_active_response' } }]);
    expect(errors).toEqual([]);
    expect(await handle.done).toMatchObject({ status: 'completed', metadata: { mine: 'yes' } });
  });

  it('is asked for again, less and less often, where nothing seems to be in progress', async () => {
    const server = bareServer();
    const session = await server.connect();
    const errors: unknown[] = [];
    session.on('error', (event) => errors.push(event));
    const handle = session.respond();
    const at: number[] = [];
    const start = server.clock.now();
    for (let turn = 0; turn < 8; turn++) {
      at.push(server.clock.now() - start);
      server.say({ type: 'error', error: { ...busy, event_id: server.idOf('response.create') } });
      const sent = server.sent.length;
      for (let step = 0; step < 100 && server.sent.length === sent; step++) server.clock.advance(50);
    }
    expect(at).toEqual([0, 100, 300, 700, 1_500, 3_100, 6_100, 9_100]);
    server.say({ type: 'response.created', response: { id: 'resp_1' } });
    server.say({ type: 'response.done', response: { id: 'resp_1', status: 'completed' } });
    expect((await handle.done).status).toBe('completed');
    expect(errors).toEqual([]);
  });

  it('has its whole time each time it is asked for, and none of it passes while it waits', async () => {
    const server = bareServer();
    const session = await server.connect({ requestTimeoutMs: 5_000 });
    const handle = session.respond();
    server.clock.advance(4_000);
    server.say({ type: 'response.created', response: { id: 'resp_other', metadata: { antiphon_request: 'else' } } });
    server.say({ type: 'error', error: { ...busy, event_id: server.idOf('response.create') } });
    server.clock.advance(60_000);
    server.say({ type: 'response.done', response: { id: 'resp_other', status: 'completed' } });
    expect(server.sent.filter(({ type }) => type === 'response.create')).toHaveLength(2);
    server.clock.advance(4_000);
    const metadata = { antiphon_request: server.idOf('response.create') };
    server.say({ type: 'response.created', response: { id: 'resp_1', metadata } });
    server.say({ type: 'response.done', response: { id: 'resp_1', status: 'completed', metadata } });
    expect((await handle.done).id).toBe('resp_1');
    expect(server.clock.waiting).toBe(0);
  });

  it('that is cancelled while the server says that it is busy is not asked for again', async () => {
    const server = bareServer();
    const session = await server.connect();
    const handle = session.respond();
    void handle.cancel();
    server.say({ type: 'error', error: { ...busy, event_id: server.idOf('response.create') } });
    expect((await handle.done).status).toBe('cancelled');
    server.clock.advance(10_000);
    expect(server.sent).toHaveLength(1);
  });
});

describe('whenBusy', () => {
  it('fail gives up at once where another is in progress', async () => {
    const server = memoryServer(wordy);
    const session = await join(server, silent);
    const first = session.respond({ whenBusy: 'fail' });
    expect(await codeOf(session.respond({ whenBusy: 'fail' }).done)).toBe('busy');
    expect(await codeOf(session.respond({ whenBusy: 'fail', conversation: 'none' }).created)).toBe('resolved');
    await pass(server.clock, 1_000);
    expect((await first.done).status).toBe('completed');
    expect(await codeOf(session.respond({ whenBusy: 'fail' }).created)).toBe('resolved');
  });

  it('cancel stops the one in progress, whoever asked for it', async () => {
    const server = memoryServer(wordy);
    const session = await join(server, listening);
    await hear(session, server, 400);
    await hear(session, server, 300, 0);
    const own = server.said.findLast(({ type }) => type === 'response.created');
    const urgent = session.respond({ whenBusy: 'cancel' });
    await settle();
    expect(server.said.find(({ type }) => type === 'response.done')).toMatchObject({
      response: { id: (own as { response?: { id?: string } } | undefined)?.response?.id, status: 'cancelled' },
    });
    await pass(server.clock, 1_000);
    expect((await urgent.done).status).toBe('completed');
  });
});

/** One thing that happens in a program. */
type Act =
  | { readonly act: 'speak' | 'silence' | 'wait'; readonly ms: number }
  | { readonly act: 'respond'; readonly whenBusy: 'wait' | 'cancel' | 'fail'; readonly outOfBand: boolean }
  | { readonly act: 'cancel'; readonly index: number }
  | { readonly act: 'raw-create' | 'say' | 'tool' | 'commit' | 'clear' };

const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ act: fc.constant('speak' as const), ms: fc.constantFrom(40, 200, 400) }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('silence' as const), ms: fc.constantFrom(60, 240, 400) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('wait' as const), ms: fc.constantFrom(20, 100, 700) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      act: fc.constant('respond' as const),
      whenBusy: fc.constantFrom('wait' as const, 'wait' as const, 'cancel' as const, 'fail' as const),
      outOfBand: fc.constantFrom(false, false, false, true),
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('cancel' as const), index: fc.nat(5) }) },
  fc.record({
    act: fc.constantFrom('raw-create' as const, 'say' as const, 'tool' as const, 'commit' as const, 'clear' as const),
  }),
);

interface World {
  readonly server: MemoryServer;
  readonly session: RealtimeSession;
  readonly handles: ResponseHandle[];
  /** Errors that the app hears of, but for those that its own raw creates earn it. */
  readonly errors: string[];
  readonly settled: Promise<unknown>[];
}

const reply =
  'pace: { delta_ms: 70 }\nreplies: [{ when: { contains: tool }, steps: [{ call: { name: f, arguments: {} } }] }, { steps: [{ say: "one two three four" }] }]';

async function play({ server, session, handles, settled }: World, act: Act): Promise<void> {
  switch (act.act) {
    case 'speak':
      return hear(session, server, act.ms);
    case 'silence':
      return hear(session, server, act.ms, 0);
    case 'wait':
      return pass(server.clock, act.ms);
    case 'respond': {
      const tag = `handle-${handles.length}`;
      const conversation = act.outOfBand ? { conversation: 'none' } : {};
      handles.push(session.respond({ whenBusy: act.whenBusy, metadata: { tag }, ...conversation }));
      return;
    }
    case 'cancel':
      settled.push(handles[act.index]?.cancel().catch(() => {}) ?? Promise.resolve());
      return;
    case 'say':
      settled.push(session.createItem(typed('use a tool')).catch(() => {}));
      return;
    case 'tool': {
      const call = { type: 'function_call' as const, name: 'f', call_id: `call_${settled.length}`, arguments: '{}' };
      settled.push(session.createItem(call).catch(() => {}));
      const output = { type: 'function_call_output' as const, call_id: call.call_id, output: 'done' };
      settled.push(session.createItem(output).catch(() => {}));
      handles.push(session.respond({ metadata: { tag: `handle-${handles.length}` } }));
      return;
    }
    case 'commit':
      settled.push(session.commitInput().catch(() => {}));
      return;
    case 'clear':
      settled.push(session.clearInput().catch(() => {}));
      return;
    default:
      return session.send({ type: 'response.create', event_id: `raw_${server.heard.length}` });
  }
}

async function run(detection: object | null, latencyMs: number, program: readonly Act[]): Promise<void> {
  const server = memoryServer(reply, latencyMs === 0 ? {} : { latencyMs });
  const session = await join(server, {
    session: { type: 'realtime', audio: { input: { turn_detection: detection as typeof vad | null } } },
  });
  const errors: string[] = [];
  session.on('error', ({ error }) => {
    if (error.event_id?.startsWith('raw_') !== true) errors.push(error.code ?? '');
  });
  const world: World = { server, session, handles: [], errors, settled: [] };
  for (const act of program) await play(world, act);
  await hear(session, server, 600, 0);
  await pass(server.clock, 60_000, 100);
  await Promise.all(world.settled);
  expect(errors.filter((code) => code === busy.code || code === 'response_cancel_not_active')).toEqual([]);
  const ids: string[] = [];
  for (const [index, { done }] of world.handles.entries()) {
    const end = await Promise.race([
      done.catch((error: unknown) => (error instanceof ClientError ? error.code : `refused: ${String(error)}`)),
      settle().then(() => 'never settled'),
    ]);
    const isNone = typeof end === 'string' || end.id === undefined;
    expect(typeof end === 'string' ? end : end.status).toMatch(/^(?:busy|completed|cancelled)$/);
    expect(isNone ? { tag: `handle-${index}` } : end.metadata).toEqual({ tag: `handle-${index}` });
    if (!isNone) ids.push(end.id ?? '');
  }
  expect(new Set(ids).size).toBe(ids.length);
  session.close();
}

describe('whatever the user, the app and the server do', () => {
  const detections = fc.constantFrom(
    null,
    vad,
    { ...vad, interrupt_response: false },
    { ...vad, create_response: false },
    { ...vad, create_response: false, interrupt_response: false },
    { ...vad, idle_timeout_ms: 5_000 },
  );

  it('no caller ever hears of an active response, every promise settles, every handle has its own response', async () => {
    await fc.assert(
      fc.asyncProperty(detections, fc.constantFrom(0, 30, 130), fc.array(acts, { minLength: 1, maxLength: 14 }), run),
      { numRuns: repeats(600) },
    );
  });
});
