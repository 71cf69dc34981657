import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RealtimeSession, runTools } from '../../src/client/index.ts';
import { bareServer } from './bare-server.ts';
import { pass, settle, typed } from './memory-server.ts';
import {
  ask,
  begun,
  followUps,
  hear,
  isFollowUp,
  isTold,
  outputOf,
  responseOf,
  type Step,
  vad,
  type World,
  world,
} from './tool-world.ts';

const alreadyActive = 'conversation_already_has_active_response';

describe('what a tool gives while the user speaks', () => {
  it('is answered with what the user says: no other response is asked for', async () => {
    const at = await world(vad);
    await ask(at, 'one');
    await pass(at.server.clock, 200);
    await hear(at, 300);
    at.end();
    await hear(at, 300);
    await hear(at, 400, 0);
    await pass(at.server.clock, 10_000);
    expect([followUps(at), begun(at)]).toEqual([0, 2]);
  });

  it('and after the server has begun its answer is answered once that is over', async () => {
    const at = await world(vad);
    await ask(at, 'one');
    await pass(at.server.clock, 200);
    await hear(at, 400);
    await hear(at, 300, 0);
    expect(begun(at)).toBe(2);
    at.end();
    await pass(at.server.clock, 10_000);
    expect([followUps(at), begun(at)]).toEqual([1, 3]);
  });

  it('of two calls is answered at once where the server’s answer had only the first', async () => {
    const at = await world(vad);
    await ask(at, 'two');
    await pass(at.server.clock, 2_000);
    await hear(at, 300);
    at.end();
    await hear(at, 300, 0);
    at.end();
    await pass(at.server.clock, 10_000);
    expect([followUps(at), begun(at)]).toEqual([1, 3]);
  });

  it('is answered at once where the server answers nothing of itself', async () => {
    const at = await world({ ...vad, create_response: false });
    await ask(at, 'one');
    await pass(at.server.clock, 200);
    await hear(at, 300);
    at.end();
    await hear(at, 40);
    expect(followUps(at)).toBe(1);
  });

  it('is answered when the user was only a noise that the app cleared', async () => {
    const at = await world(vad);
    await ask(at, 'one');
    await pass(at.server.clock, 200);
    await hear(at, 300);
    at.end();
    await settle();
    await at.session.clearInput();
    await pass(at.server.clock, 5_000);
    expect([followUps(at), begun(at)]).toEqual([1, 2]);
  });

  it.each([
    ['out of band', (session: RealtimeSession) => session.respond({ conversation: 'none' })],
    ['with a context of its own', (session: RealtimeSession) => session.respond({ input: [] })],
    [
      'that the app sends with a context of its own',
      (session: RealtimeSession) => session.send({ type: 'response.create', response: { input: [] } }),
    ],
  ])('is not answered by a response %s', async (_how, other) => {
    const at = await world(null, 30);
    await ask(at, 'one');
    await pass(at.server.clock, 400);
    at.end();
    await settle();
    other(at.session);
    await pass(at.server.clock, 10_000);
    expect([followUps(at), begun(at)]).toEqual([1, 3]);
  });
});

describe('a refused call of an MCP tool', () => {
  it.each([
    ['is left to the server’s own answer, which has the refusal', true, 0],
    ['is spoken of where the server’s own answer began before the refusal', false, 1],
  ])('%s', async (_how, isHeard, asked) => {
    const server = bareServer();
    const session = await server.connect();
    let refuse = () => {};
    const refused = new Promise<boolean>((resolve) => {
      refuse = () => resolve(false);
    });
    runTools(session, [], { register: false, clock: server.clock, approve: () => refused });
    const request = { type: 'mcp_approval_request', id: 'mcpr_1', server_label: 's', name: 'n', arguments: '{}' };
    server.say({ type: 'session.updated', session: { type: 'realtime', audio: { input: { turn_detection: vad } } } });
    server.say({ type: 'response.output_item.done', response_id: 'resp_0', output_index: 0, item: request });
    server.say({ type: 'input_audio_buffer.speech_started', item_id: 'item_u', audio_start_ms: 0 });
    refuse();
    await settle();
    const answer = server.sent.find(({ type }) => type === 'conversation.item.create');
    const begin = () => server.say({ type: 'response.created', response: { id: 'resp_own', metadata: null } });
    server.say({ type: 'input_audio_buffer.speech_stopped', item_id: 'item_u', audio_end_ms: 500 });
    server.say({ type: 'input_audio_buffer.committed', item_id: 'item_u' });
    if (!isHeard) begin();
    server.say({ type: 'conversation.item.added', item: answer?.['item'] });
    if (isHeard) begin();
    await settle();
    server.say({ type: 'response.done', response: { id: 'resp_own', status: 'completed' } });
    await settle();
    expect(server.sent.filter(({ type }) => type === 'response.create')).toHaveLength(asked);
  });
});

describe('a response that is asked for the sake of items', () => {
  it('is not asked for where one that the app sends of itself has them, or there are none', async () => {
    const at = await world(null);
    const { item } = await at.session.createItem(typed('hello'));
    at.session.send({ type: 'response.create', event_id: 'raw_1' });
    const handles = [[item.id ?? ''], []].map((answers) => at.session.respond({ answers }));
    await pass(at.server.clock, 2_000);
    for (const { done } of handles) expect(await done).toMatchObject({ status: 'cancelled', output: [] });
    expect(begun(at)).toBe(1);
  });

  it('is asked for where only some were heard, and for items that nobody has seen', async () => {
    const at = await world(null);
    const [first, second] = ['a', 'b'].map((text) => at.session.createItem(typed(text)));
    const ids = [(await first)?.item.id ?? '', 'item_of_nobody'];
    await second;
    at.session.respond();
    const handle = at.session.respond({ answers: ids });
    await pass(at.server.clock, 2_000);
    expect((await handle.done).status).toBe('completed');
  });

  it('and crosses with the server’s own answer is stopped where it begins all the same', async () => {
    const server = bareServer();
    const session = await server.connect();
    const added = session.createItem({ ...typed('hello'), id: 'item_a' });
    server.say({ type: 'conversation.item.added', item: { ...typed('hello'), id: 'item_a' } });
    await added;
    const handle = session.respond({ answers: ['item_a'] });
    const metadata = { antiphon_request: server.idOf('response.create') };
    server.say({ type: 'response.created', response: { id: 'resp_own', metadata: { antiphon_request: 'other' } } });
    server.say({ type: 'response.done', response: { id: 'resp_own', status: 'completed' } });
    server.say({ type: 'response.created', response: { id: 'resp_1', metadata } });
    expect(server.sent.at(-1)).toMatchObject({ type: 'response.cancel', response_id: 'resp_1' });
    server.say({ type: 'response.done', response: { id: 'resp_1', status: 'cancelled', metadata } });
    expect((await handle.done).status).toBe('cancelled');
  });

  it('is asked for where the one that had them is stopped as it begins, since nobody waits for it', async () => {
    const server = bareServer();
    const session = await server.connect();
    const item = { ...typed('hello'), id: 'item_a' };
    const given = session.respond({ timeoutMs: 1_000 });
    const metadata = { antiphon_request: server.idOf('response.create') };
    server.clock.advance(1_000);
    server.say({ type: 'conversation.item.added', item });
    const handle = session.respond({ answers: ['item_a'] });
    server.say({ type: 'response.created', response: { id: 'resp_late', metadata } });
    server.say({ type: 'response.done', response: { id: 'resp_late', status: 'cancelled', metadata } });
    expect(server.sent.filter(({ type }) => type === 'response.create')).toHaveLength(2);
    server.say({
      type: 'response.created',
      response: { id: 'resp_1', metadata: { antiphon_request: server.idOf('response.create') } },
    });
    expect([given.id, handle.id]).toEqual([null, 'resp_1']);
  });

  it('is asked for again where the connection went before it began', async () => {
    const at = await world(null, 40);
    await ask(at, 'one');
    await pass(at.server.clock, 400);
    at.end();
    for (let waited = 0; waited < 50 && followUps(at) === 0; waited++) await pass(at.server.clock, 20);
    at.server.connections.at(-1)?.cut();
    await pass(at.server.clock, 20_000);
    const [output = ''] = at.steps.flatMap((step) => outputOf(step) ?? []);
    expect(followUps(at)).toBe(2);
    expect([...at.contexts.values()].filter((context) => context.has(output))).not.toEqual([]);
  });
});

/** One thing that happens. */
type Act =
  | { readonly act: 'speak' | 'silence' | 'wait'; readonly ms: number }
  | { readonly act: 'ask'; readonly text: 'one' | 'two' }
  | {
      readonly act: 'end' | 'respond' | 'aside' | 'own-input' | 'raw' | 'raw-input' | 'interrupt' | 'commit' | 'clear';
    };

const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ act: fc.constant('speak' as const), ms: fc.constantFrom(40, 200, 400) }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('silence' as const), ms: fc.constantFrom(60, 240, 400) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('wait' as const), ms: fc.constantFrom(20, 100, 700) }) },
  { weight: 4, arbitrary: fc.record({ act: fc.constant('ask' as const), text: fc.constantFrom('one', 'two') }) },
  { weight: 6, arbitrary: fc.record({ act: fc.constant('end' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constantFrom('respond', 'aside', 'own-input', 'raw', 'raw-input', 'interrupt', 'commit', 'clear'),
    }),
  },
);

async function play(at: World, act: Act): Promise<unknown> {
  const { session, server } = at;
  const quietly = (handle: { done: Promise<unknown> }) => void handle.done.catch(() => {});
  switch (act.act) {
    case 'speak':
      return hear(at, act.ms);
    case 'silence':
      return hear(at, act.ms, 0);
    case 'wait':
      return pass(server.clock, act.ms);
    case 'ask':
      return ask(at, act.text);
    case 'end':
      return at.end();
    case 'respond':
      return quietly(session.respond());
    case 'aside':
      return quietly(session.respond({ conversation: 'none' }));
    case 'own-input':
      return quietly(session.respond({ input: [] }));
    case 'raw':
      return session.send({ type: 'response.create', event_id: `raw_${at.steps.length}` });
    case 'raw-input':
      return session.send({ type: 'response.create', event_id: `raw_${at.steps.length}`, response: { input: [] } });
    case 'interrupt':
      return session.send({ type: 'response.cancel', event_id: `raw_${at.steps.length}` });
    case 'commit':
      return void session.commitInput().catch(() => {});
    default:
      return void session.clearInput().catch(() => {});
  }
}

/** Every output of a call that is followed at all was read by a response. */
function checkAllHeard({ steps, contexts }: World): void {
  const ends = new Map(
    steps.filter((step) => isTold(step, 'response.done')).map((step) => [responseOf(step).id, responseOf(step)]),
  );
  const calls = new Map<string, string>();
  for (const { by, frame } of steps) {
    const item = frame['item'] as { type: string; call_id: string } | undefined;
    if (by === 'server' && frame.type === 'response.output_item.done' && item?.type === 'function_call')
      calls.set(item.call_id, frame['response_id'] as string);
  }
  for (const step of steps) {
    const output = outputOf(step);
    const { call_id: callId = '' } = (step.frame['item'] ?? {}) as { call_id?: string };
    if (output === null || ends.get(calls.get(callId) ?? '')?.status !== 'completed') continue;
    expect([...contexts.values()].some((context) => context.has(output))).toBe(true);
  }
}

/** None was asked for, or goes on, for the sake of what one that began before had read already. */
function checkNoneTwice({ steps, contexts }: World): void {
  const added = new Set<string>();
  const heard = new Set<string>();
  const idle: string[] = [];
  const ends = new Map(
    steps.filter((step) => isTold(step, 'response.done')).map((step) => [responseOf(step).id, responseOf(step)]),
  );
  for (const step of steps) {
    const output = outputOf(step);
    if (output !== null) added.add(output);
    if (isFollowUp(step) && [...added].every((id) => heard.has(id)))
      idle.push(`asked for: ${JSON.stringify(step.frame)}`);
    if (!isTold(step, 'response.created')) continue;
    const { id, conversation_id: conversation, metadata } = responseOf(step);
    const read = [...(contexts.get(id) ?? [])].filter((each) => added.has(each));
    const isNews = read.some((each) => !heard.has(each));
    const isOurs = (metadata as { tag?: string } | null)?.tag === 'tools';
    if (isOurs && !isNews && ends.get(id)?.status !== 'cancelled') idle.push(`left running: ${id}`);
    if (conversation !== null) for (const each of read) heard.add(each);
  }
  expect(idle).toEqual([]);
}

const isBusy = (step: Step) => isTold(step, 'error') && refusalOf(step).code === alreadyActive;
const refusalOf = ({ frame }: Step) => (frame['error'] ?? {}) as { readonly code?: string; readonly event_id?: string };

/**
 * Every refusal of a create for another response was one that nobody could foresee. Each such response excuses one only,
 * since a create is sent again after it was refused, and what it is excused by is told while it is on its way.
 */
function checkNoneForeseen({ steps }: World): void {
  const foreseen = steps.filter((refusal, at) => {
    const { event_id: id } = refusalOf(refusal);
    if (!isBusy(refusal) || id?.startsWith('raw_') === true) return false;
    const sent = steps.findLastIndex(
      ({ by, frame }, index) => index < at && by === 'client' && frame['event_id'] === id,
    );
    return sent < 0 || !holdsTurn(steps.slice(sent, at));
  });
  expect(foreseen).toEqual([]);
}

/** Whether the newest response answers a turn of which nothing was told before these steps: not even that it began. */
function holdsTurn(steps: readonly Step[]): boolean {
  const answer = steps.findLastIndex(
    (step) => isTold(step, 'response.created') && responseOf(step).conversation_id !== null,
  );
  const commit = steps.findLastIndex((step, at) => at < answer && isTold(step, 'input_audio_buffer.committed'));
  return steps.slice(0, Math.max(0, commit)).some((step) => {
    const isFirst = ['speech_started', 'timeout_triggered'].some((sign) => isTold(step, `input_audio_buffer.${sign}`));
    return isFirst && step.frame['item_id'] === steps[commit]?.frame['item_id'];
  });
}

/** All of this happens, and then all that is left comes to its end. */
async function live(detection: object | null, latencyMs: number, program: readonly Act[]): Promise<World> {
  const at = await world(detection, latencyMs);
  for (const act of program) await play(at, act);
  for (let left = 0; left < 20; left++) at.end();
  await hear(at, 600, 0);
  await pass(at.server.clock, 60_000, 100);
  for (let left = 0; left < 20; left++) at.end();
  await pass(at.server.clock, 60_000, 100);
  return at;
}

function checkAll(at: World): void {
  expect(at.errors.filter((code) => code === alreadyActive)).toEqual([]);
  checkNoneForeseen(at);
  checkAllHeard(at);
  checkNoneTwice(at);
}

describe('whatever the user, the app, the tools and the server do', () => {
  const patient = { ...vad, interrupt_response: false };
  const detections = fc.constantFrom(
    null,
    vad,
    vad,
    patient,
    { ...vad, create_response: false },
    { ...vad, idle_timeout_ms: 5_000 },
  );

  it('what tools gave is read by a response, by one only that is asked for it, and no create is refused that could have waited', async () => {
    const runs = Math.ceil(60 * Number(process.env['ANTIPHON_TEST_SCALE'] ?? 1));
    const programs = fc.array(acts, { minLength: 2, maxLength: 16 });
    await fc.assert(
      fc.asyncProperty(detections, fc.constantFrom(0, 30, 130), programs, async (detection, latencyMs, program) => {
        const at = await live(detection, latencyMs, program);
        checkAll(at);
        at.session.close();
      }),
      { numRuns: runs },
    );
  });

  it('a create is refused once for each turn that is over before the client hears of it, and is begun after them', async () => {
    // The way there and back takes 260 ms, the shortest turn 240 ms.
    const at = await live(patient, 130, [
      { act: 'ask', text: 'one' },
      { act: 'speak', ms: 40 },
      { act: 'ask', text: 'one' },
      { act: 'silence', ms: 400 },
      { act: 'ask', text: 'one' },
      { act: 'speak', ms: 40 },
    ]);
    checkAll(at);
    const refused = at.steps.filter(isBusy).map((step) => refusalOf(step).event_id);
    expect([refused.length, new Set(refused).size]).toEqual([2, 1]);
    const answered = at.steps
      .filter((step) => isTold(step, 'response.created'))
      .map((step) => responseOf(step)['metadata']);
    expect(answered).toContainEqual(expect.objectContaining({ antiphon_request: refused[0] }));
  });
});
