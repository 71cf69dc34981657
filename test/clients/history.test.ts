import type { RealtimeItem } from '@openai/agents-realtime';
import type { ConversationItem, RealtimeClientEvent } from 'openai/resources/realtime/realtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentsConversation, remembered } from './agents-conversation.ts';
import { type OpenAIConversation, openaiClient, openaiConversation } from './openai-conversation.ts';
import { type Program, serveScenario } from './program.ts';
import type { Seen } from './recording.ts';
import { until } from './until.ts';

const scenario = `
replies:
  - when: { tool: get_weather }
    steps: [{ say: "It is {output} in Paris." }]
  - when: { contains: weather }
    steps: [{ call: { name: get_weather, arguments: { city: Paris } } }]
  - steps: [{ say: "You said: {input}" }]
`;

let program: Program;
/** The same, but every session has the ids of the one before. */
let seeded: Program;

beforeAll(async () => {
  [program, seeded] = await Promise.all([serveScenario(scenario), serveScenario(`seed: 7${scenario}`)]);
});

afterAll(async () => {
  await Promise.all([program.stop(), seeded.stop()]);
});

/** The items of a conversation in its order, each as its last event shows it. */
function itemsOf(events: readonly Seen[]): ConversationItem[] {
  return events.flatMap(({ type, item }) => (type === 'conversation.item.done' ? [item as ConversationItem] : []));
}

const textOnly: RealtimeClientEvent = {
  type: 'session.update',
  session: { type: 'realtime', output_modalities: ['text'], tools: [{ type: 'function', name: 'get_weather' }] },
};

/** A greeting, and a question whose answer needs a tool. */
async function talk(conversation: OpenAIConversation): Promise<ConversationItem[]> {
  const { send, ask, event, events } = conversation;
  send(textOnly);
  ask('Good morning');
  await event('response.done');
  ask('How is the weather?');
  const { call_id } = await event('response.function_call_arguments.done');
  await event('response.done', 1);
  const item = { type: 'function_call_output', call_id: String(call_id), output: 'sunny' } as const;
  send({ type: 'conversation.item.create', item });
  await event('conversation.item.done', 4);
  return itemsOf(events());
}

/** The conversation as look-ups show it, in the order of these ids. */
async function retrieved(
  { send, event }: OpenAIConversation,
  ids: readonly (string | undefined)[],
): Promise<unknown[]> {
  for (const id of ids) send({ type: 'conversation.item.retrieve', item_id: id ?? '' });
  const answers = ids.map(async (_, index) => (await event('conversation.item.retrieved', index))['item']);
  return Promise.all(answers);
}

describe('history after a reconnect', () => {
  it('is replayed with its ids by the openai package, and the next answer sees it', async () => {
    const openai = openaiClient(program);
    const first = await openaiConversation(openai);
    const items = await talk(first);
    await first.finish();
    expect(items.map(({ type }) => type)).toEqual([
      'message',
      'message',
      'message',
      'function_call',
      'function_call_output',
    ]);

    const second = await openaiConversation(openai);
    const { send, event, events, finish } = second;
    send(textOnly);
    for (const item of items) send({ type: 'conversation.item.create', item });
    await event('conversation.item.done', items.length - 1);
    expect(events('conversation.item.added').map(({ previous_item_id }) => previous_item_id)).toEqual([
      null,
      ...items.slice(0, -1).map(({ id }) => id),
    ]);
    expect(
      await retrieved(
        second,
        items.map(({ id }) => id),
      ),
    ).toEqual(items);
    send({ type: 'response.create' });
    expect(await event('response.output_text.done')).toMatchObject({ text: 'It is sunny in Paris.' });
    await event('response.done');
    await finish();
  });

  it('keeps its ids apart from new ones, also where a seed makes the sessions alike', async () => {
    const first = await openaiConversation(openaiClient(seeded));
    const items = await talk(first);
    await first.finish();
    const { send, event, finish } = await openaiConversation(openaiClient(seeded));
    send(textOnly);
    for (const item of items) send({ type: 'conversation.item.create', item });
    send({ type: 'response.create' });
    await event('response.done');
    await finish();
  });

  it('can be put in between: at the start, and after any item', async () => {
    const conversation = await openaiConversation(openaiClient(program));
    const { send, event, events, finish } = conversation;
    const message = (id: string): ConversationItem => ({
      id,
      type: 'message',
      role: 'user',
      content: [{ type: 'input_text', text: id }],
    });
    send({ type: 'conversation.item.create', item: message('second') });
    send({ type: 'conversation.item.create', item: message('fourth') });
    send({ type: 'conversation.item.create', item: message('first'), previous_item_id: 'root' });
    send({ type: 'conversation.item.create', item: message('third'), previous_item_id: 'second' });
    await event('conversation.item.done', 3);
    const places = events('conversation.item.added').map(({ previous_item_id }) => previous_item_id);
    expect(places).toEqual([null, 'second', null, 'second']);
    send({ type: 'conversation.item.delete', item_id: 'second' });
    await event('conversation.item.deleted');
    send({ type: 'conversation.item.create', item: message('second'), previous_item_id: 'first' });
    await event('conversation.item.done', 4);
    expect(events('conversation.item.added').at(-1)).toMatchObject({ previous_item_id: 'first' });
    await finish();
  });

  it('is replayed by the agents package, which turns what was spoken into text', async () => {
    const first = await agentsConversation(program);
    first.session.sendMessage('Good morning');
    await first.event('response.done');
    const history = first.session.history.map(spokenAsText);
    await first.finish();

    const second = await agentsConversation(program);
    second.session.updateHistory(history);
    await until('the whole history', () => second.session.history.length === history.length);
    expect(second.session.history).toMatchObject(history.map(({ itemId, type }) => ({ itemId, type })));
    second.session.sendMessage('Good evening');
    expect(await second.event('response.output_audio_transcript.done')).toMatchObject({
      transcript: 'You said: Good evening',
    });
    await second.event('response.done');
    await second.finish();
  });
});

describe('history that the agents package rewrites', () => {
  it('keeps its order and its ids: an item is deleted and created again in its place', async () => {
    const conversation = await agentsConversation(program);
    const { session, event, events, finish } = conversation;
    session.sendMessage('Good morning');
    await event('response.done');
    const ids = session.history.map(({ itemId }) => itemId);
    session.updateHistory((history) => history.map((item) => withText(item, 'Good evening')));
    const corrected = await remembered(conversation, (item) => JSON.stringify(item).includes('Good evening'));
    expect(corrected.itemId).toBe(ids[0]);
    expect(session.history.map(({ itemId }) => itemId)).toEqual(ids);
    expect(events('conversation.item.deleted')).toMatchObject([{ item_id: ids[0] }]);
    expect(events('conversation.item.added').at(-1)).toMatchObject({ previous_item_id: null, item: { id: ids[0] } });
    session.transport.requestResponse?.();
    expect(await event('response.output_audio_transcript.done', 1)).toMatchObject({
      transcript: 'You said: Good evening',
    });
    await event('response.done', 1);
    await finish();
  });
});

/** Speech cannot be put into a conversation; its words can. */
function spokenAsText(item: RealtimeItem): RealtimeItem {
  if (item.type !== 'message' || item.role !== 'assistant') return item;
  const content = item.content.map((part) =>
    part.type === 'output_audio' ? { type: 'output_text' as const, text: part.transcript ?? '' } : part,
  );
  return { ...item, content };
}

/** The same message of the user with another text; any other item as it is. */
function withText(item: RealtimeItem, text: string): RealtimeItem {
  return item.type === 'message' && item.role === 'user' ? { ...item, content: [{ type: 'input_text', text }] } : item;
}
