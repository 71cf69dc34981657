import type { ConversationItem, RealtimeResponseCreateParams } from 'openai/resources/realtime/realtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenAIConversation, openaiClient, openaiConversation, userText } from './openai-conversation.ts';
import { type Program, serveScenario } from './program.ts';
import { at, type Seen } from './recording.ts';
import { until } from './until.ts';

/** A story that goes on for some time, and quick words about anything else. */
const story = 'Once upon a time there was a parrot. '.repeat(8).trim();
const scenario = `
replies:
  - when: { contains: story }
    pace: { delta_ms: 30 }
    steps: [{ say: "${story}" }]
  - when: { contains: forever }
    pace: { delta_ms: 30 }
    steps: [{ say: "${'And so on. '.repeat(100)}" }]
  - steps: [{ say: "You said: {input}" }]
`;

let program: Program;

beforeAll(async () => {
  program = await serveScenario(scenario);
});

afterAll(async () => {
  await program.stop();
});

interface Answer {
  readonly created: Seen;
  readonly done: Seen;
  /** All that was sent of it, in order. */
  readonly events: readonly Seen[];
}

/** The response that echoes this metadata, as soon as it is over. */
async function answered({ events }: OpenAIConversation, topic: string): Promise<Answer> {
  const about = (type: string): Seen | undefined =>
    events(type).find(({ response }) => JSON.stringify(response).includes(`"metadata":{"topic":"${topic}"}`));
  const done = await until(`the answer about ${topic}`, () => about('response.done'));
  const id = at(done, 'response.id');
  const all = events().filter((event) => event['response_id'] === id || at(event, 'response.id') === id);
  return { created: about('response.created') ?? done, done, events: all };
}

const text: RealtimeResponseCreateParams = { conversation: 'none', output_modalities: ['text'] };

function question(words: string): ConversationItem {
  return { type: 'message', role: 'user', content: [{ type: 'input_text', text: words }] };
}

describe('responses out of band', () => {
  it('run beside the default one and each other, with the context they are given', async () => {
    const conversation = await openaiConversation(openaiClient(program));
    const { client, send, ask, event, events, finish } = conversation;
    ask('Tell me a story');
    await event('response.output_audio.delta', 1);
    const id = String(at(await event('conversation.item.done'), 'item.id'));
    send({ type: 'response.create', response: { ...text, metadata: { topic: 'nothing' }, input: [] } });
    client.sendResponseCreate({
      type: 'response.create',
      response: {
        ...text,
        metadata: { topic: 'class' },
        input: [{ type: 'item_reference', id }, question('Classify it')],
      },
    });
    const [nothing, classified] = [await answered(conversation, 'nothing'), await answered(conversation, 'class')];
    expect(events('response.done')).toHaveLength(2); // the story goes on
    for (const { created, done } of [nothing, classified]) {
      expect(created).toMatchObject({ response: { conversation_id: null } });
      expect(done).toMatchObject({ response: { status: 'completed', conversation_id: null } });
    }
    expect(nothing.events).toContainEqual(
      expect.objectContaining({ type: 'response.output_text.done', text: 'You said: ' }),
    );
    expect(classified.events).toContainEqual(
      expect.objectContaining({ type: 'response.output_text.done', text: 'You said: Classify it' }),
    );
    await event('response.done', 2);
    expect(events('response.output_audio_transcript.done')).toMatchObject([{ transcript: story }]);
    // The question and the story, and nothing of what was said beside them.
    expect(events('conversation.item.added')).toHaveLength(2);
    await finish();
  });

  it('see an item by its reference, and leave the conversation as it was', async () => {
    const conversation = await openaiConversation(openaiClient(program));
    const { client, send, ask, event, events, finish } = conversation;
    send(userText('Good morning'));
    const id = String(at(await event('conversation.item.done'), 'item.id'));
    send(userText('Good evening'));
    await event('conversation.item.done', 1);
    client.sendResponseCreate({
      type: 'response.create',
      response: { ...text, metadata: { topic: 'first' }, input: [{ type: 'item_reference', id }] },
    });
    const { events: said } = await answered(conversation, 'first');
    expect(said.find(({ type }) => type === 'response.output_text.done')).toMatchObject({
      text: 'You said: Good morning',
    });
    const hidden = said.find(({ type }) => type === 'response.output_item.done');
    send({ type: 'conversation.item.retrieve', item_id: String(at(hidden, 'item.id')) });
    expect(await event('error')).toMatchObject({ error: { code: 'item_retrieve_invalid_item_id' } });
    ask('Good night');
    expect(await event('response.output_audio_transcript.done')).toMatchObject({ transcript: 'You said: Good night' });
    await event('response.done', 1);
    expect(events('conversation.item.added')).toHaveLength(4);
    await finish(['item_retrieve_invalid_item_id']);
  });

  it('are cancelled by their id alone, while the default one goes on', async () => {
    const conversation = await openaiConversation(openaiClient(program));
    const { send, ask, event, events, finish } = conversation;
    send({
      type: 'response.create',
      response: { ...text, metadata: { topic: 'forever' }, input: [question('forever')] },
    });
    const { response_id } = await event('response.output_text.delta', 1);
    ask('Tell me a story');
    await event('response.output_audio.delta', 1);
    send({ type: 'response.cancel', response_id: String(response_id) });
    const { done } = await answered(conversation, 'forever');
    expect(done).toMatchObject({
      response: { status: 'cancelled', status_details: { type: 'cancelled', reason: 'client_cancelled' } },
    });
    expect(events('response.done')).toHaveLength(1);
    expect(await event('response.done', 1)).toMatchObject({ response: { status: 'completed' } });
    await finish();
  });
});
