import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ClientError,
  clockSource,
  createPlayhead,
  drivePlayhead,
  emptyView,
  fold,
  type RealtimeSession,
  runTools,
  type View,
} from '../../src/client/index.ts';
import { dice, mutateJson, mutateText, pick } from '../protocol/mutate.ts';
import { serverSamples } from '../protocol/server-samples.ts';
import { repeats } from '../setup/scale.ts';
import { type BareServer, bareServer } from './bare-server.ts';
import { weather } from './fake-session.ts';
import { codeOf, pass, settle } from './memory-server.ts';

const samples = Object.values(serverSamples).map((event) => JSON.stringify(event));

const rejections: unknown[] = [];
const note = (reason: unknown): void => void rejections.push(reason);
beforeEach(() => {
  rejections.length = 0;
  process.on('unhandledRejection', note);
});
afterEach(() => void process.off('unhandledRejection', note));

/** Whatever was rejected by now has been told of after this. */
async function noRejections(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  expect(rejections).toEqual([]);
}

interface Company {
  readonly server: BareServer;
  readonly session: RealtimeSession;
  readonly errors: unknown[];
  readonly played: string[];
  readonly view: () => View;
}

/** A session with all that the client has to listen to it. */
async function company(options: object = {}): Promise<Company> {
  const server = bareServer();
  const errors: unknown[] = [];
  const played: string[] = [];
  const onHandlerError = (error: unknown) => void errors.push(error);
  const session = await server.connect({ onHandlerError, reconnect: { maxAttempts: 1_000 }, ...options });
  let view = emptyView({ maxItems: 50, maxResponses: 10 });
  session.on('*', (event) => {
    view = fold(view, event);
  });
  const now = () => server.clock.now();
  const speaker = { play: ({ audio }: { audio: string }) => void played.push(audio), stop() {} };
  drivePlayhead(session, createPlayhead(clockSource({ now })), { speaker });
  runTools(session, [weather], { register: false, respond: false, approve: () => true, clock: server.clock });
  return { server, session, errors, played, view: () => view };
}

/** A turn as it should be, after whatever was: what was asked before gets no answer, and what runs has no end. */
async function goodTurn({ server, session }: Company): Promise<string> {
  const { text, done, created } = session.respond({ instructions: 'the good turn' });
  const asked = () => server.sent.map(({ response }) => response).find((response) => isGood(response)) ?? null;
  for (let wait = 0; asked() === null && wait < 200; wait++) await pass(server.clock, 5_000, 5_000);
  const { metadata } = asked() as { metadata: unknown };
  const response = { id: 'resp_good', conversation_id: 'conv_1', metadata };
  server.say({ type: 'response.created', response });
  server.say({ type: 'response.output_text.delta', response_id: 'resp_good', item_id: 'item_good', delta: 'hello' });
  server.say({ type: 'response.done', response: { ...response, status: 'completed', output: [] } });
  await created;
  let words = '';
  for await (const piece of text) words += piece;
  expect((await done).status).toBe('completed');
  return words;
}

function isGood(response: unknown): boolean {
  return JSON.stringify(response ?? null).includes('the good turn');
}

const malformed = expect.objectContaining({ code: 'malformed_event' });

describe('an event that lacks what the protocol says it has', () => {
  it.each([
    ['{"type":"error"}', 'error: error'],
    ['{"type":"error","error":null}', 'error: error'],
    ['{"type":"response.created"}', 'response.created: response'],
    ['{"type":"response.created","response":{"id":7}}', 'response.created: response.id'],
    ['{"type":"response.done","response":[]}', 'response.done: response.id'],
    ['{"type":"session.updated"}', 'session.updated: session'],
    ['{"type":"session.created","session":"sess"}', 'session.created: session'],
    ['{"type":"conversation.item.added","item":null}', 'conversation.item.added: item'],
    ['{"type":"conversation.item.done"}', 'conversation.item.done: item'],
    ['{"type":"conversation.item.deleted","item_id":7}', 'conversation.item.deleted: item_id'],
    ['{"type":"conversation.item.truncated","item_id":"a"}', 'conversation.item.truncated: audio_end_ms'],
    ['{"type":"response.output_item.done","item":5}', 'response.output_item.done: item'],
    ['{"type":"response.output_text.delta","delta":7}', 'response.output_text.delta: delta'],
    ['{"type":"response.output_audio.delta","delta":null}', 'response.output_audio.delta: delta'],
    ['{"type":"response.output_audio.delta","delta":"AAA%"}', 'response.output_audio.delta: delta'],
    ['{"type":7}', 'no type'],
    ['[1]', 'no type'],
    ['no JSON', 'no type'],
  ])('%s is told, kept out, and disturbs nothing', async (frame, fault) => {
    const all = await company();
    const seen: string[] = [];
    all.session.on('*', ({ type }) => seen.push(type));
    all.server.frame(frame);
    await settle();
    expect(all.errors).toEqual([malformed]);
    expect(all.errors[0]).toMatchObject({ message: `Malformed event: ${fault}` });
    expect(seen).toEqual([]);
    expect(all.played).toEqual([]);
    expect(all.session.connection).toBe('open');
    expect(await goodTurn(all)).toBe('hello');
    await noRejections();
  });

  it.each([
    ['response.done', { response: { id: 'r', output: 5, metadata: 'm' } }, { response: { id: 'r' } }],
    ['response.done', { response: { id: 'r', output: [null] } }, { response: { id: 'r' } }],
    ['session.updated', { session: { type: 'realtime', audio: 5 } }, { session: { type: 'realtime' } }],
    ['conversation.item.added', { item: { id: 7, type: 'message', content: {} } }, { item: { type: 'message' } }],
    ['input_audio_buffer.committed', { item_id: 7 }, {}],
    ['error', { error: { message: 5, code: 'c', event_id: {} } }, { error: { code: 'c' } }],
  ])('%s %j loses what is wrong and goes without', async (type, fields, left) => {
    const all = await company();
    const seen: unknown[] = [];
    all.session.on(type, (event) => seen.push(event));
    all.server.frame(JSON.stringify({ type, ...fields }));
    expect(seen).toEqual([{ type, ...left }]);
    expect(all.errors.length).toBeGreaterThan(0);
    for (const error of all.errors) expect(error).toEqual(malformed);
    expect(await goodTurn(all)).toBe('hello');
  });

  it('comes whole where only what may be null is null', async () => {
    const all = await company();
    const done = all.session.next('response.done');
    all.server.say({ type: 'response.done', response: { id: 'r', output: null, metadata: null, usage: null } });
    expect((await done).response).toEqual({ id: 'r', output: null, metadata: null, usage: null });
    expect(all.errors).toEqual([]);
  });

  it('about the end of a response gives up the response that runs, and the next one is asked for', async () => {
    const all = await company();
    const first = all.session.respond();
    const second = all.session.respond();
    await settle();
    const create = all.server.sent.find(({ type }) => type === 'response.create');
    const response = { ...Object(create?.['response']), id: 'r', conversation_id: 'c' };
    all.server.say({ type: 'response.created', response });
    all.server.say({ type: 'response.done' });
    expect(await codeOf(first.done)).toBe('malformed_event');
    expect(all.server.sent.filter(({ type }) => type === 'response.create')).toHaveLength(2);
    all.server.say({ type: 'response.created' });
    expect(await codeOf(second.done)).toBe('malformed_event');
    expect(await goodTurn(all)).toBe('hello');
  });

  it('does not end a session whose handler of errors throws', async () => {
    const onHandlerError = () => {
      throw new Error('of the app');
    };
    const all = await company({ onHandlerError });
    const silenced = console.error;
    console.error = () => {};
    all.server.frame('{"type":"error"}');
    console.error = silenced;
    expect(await goodTurn(all)).toBe('hello');
    await noRejections();
  });
});

describe('any events of a server', () => {
  it(`that were damaged leave the session as useful as before, ${repeats(600)} sequences of 200`, async () => {
    for (let seed = 1; seed <= repeats(600); seed++) {
      const roll = dice(seed);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const all = await company();
      for (let frame = 0; frame < 200; frame++) {
        const sample = pick(samples, roll);
        const change = roll(4);
        all.server.frame(change === 0 ? sample : change === 1 ? mutateText(sample, roll) : mutateJson(sample, roll));
        if (roll(10) === 0) all.session.createItem({ type: 'message', role: 'user', content: [] }).catch(() => {});
        if (roll(20) === 0) all.session.respond({ whenBusy: pick(['wait', 'cancel', 'fail'], roll) });
        // oxlint-disable-next-line no-await-in-loop -- what comes of one comes before the next
        if (roll(10) === 0) await pass(all.server.clock, roll(3_000), 1_000);
        if (roll(100) === 0) all.server.close(1006);
      }
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await goodTurn(all), `seed ${seed}`).toBe('hello');
      const others = all.errors.filter((error) => !(error instanceof ClientError && error.code === 'malformed_event'));
      expect(others, `seed ${seed}`).toEqual([]);
      all.session.close();
    }
    await noRejections();
  });
});
