import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentsConversation, remembered } from './agents-conversation.ts';
import { openaiClient, openaiConversation } from './openai-conversation.ts';
import { type Program, serveScenario } from './program.ts';
import { at, clientTypes, type Seen } from './recording.ts';

const wholeStory = 'Once upon a time there was a parrot. '.repeat(5).trim();

/** A story word by word; a tone of 60 ms a character is its sound. */
const scenario = `
voice: tone
replies:
  - when: { contains: long story }
    pace: { delta_ms: 30 }
    steps: [{ say: "${'Once upon a time there was a parrot. '.repeat(25)}" }]
  - when: { contains: all at once }
    steps: [{ say: "${wholeStory}" }]
  - steps: [{ say: "You said: {input}" }]
`;

const bytesPerMs = 48;

let program: Program;

beforeAll(async () => {
  program = await serveScenario(scenario);
});

afterAll(async () => {
  await program.stop();
});

/** The sound of these deltas, joined. */
function soundOf(deltas: readonly Seen[]): Buffer {
  return Buffer.concat(deltas.map(({ delta }) => Buffer.from(String(delta), 'base64')));
}

/** What a retrieved item holds: its sound, and whether its words are there. */
function contentOf(event: Seen): { readonly sound: Buffer; readonly content: object } {
  const { audio, ...content } = Object(at(event, 'item.content.0'));
  return { sound: Buffer.from(String(audio), 'base64'), content };
}

describe('the openai package', () => {
  it('cancels an answer, cuts it to what was heard, and goes on', async () => {
    const { send, ask, event, events, finish } = await openaiConversation(openaiClient(program));
    ask('Tell me a long story');
    const { item_id, response_id } = await event('response.output_audio.delta', 4);
    send({ type: 'response.cancel', response_id: String(response_id) });
    expect(await event('response.done')).toMatchObject({
      response: {
        status: 'cancelled',
        status_details: { type: 'cancelled', reason: 'client_cancelled' },
        output: [{ id: item_id, status: 'incomplete' }],
      },
    });
    const heard = soundOf(events('response.output_audio.delta'));
    send({ type: 'conversation.item.truncate', item_id: String(item_id), content_index: 0, audio_end_ms: 500 });
    expect(await event('conversation.item.truncated')).toMatchObject({ item_id, content_index: 0, audio_end_ms: 500 });
    send({ type: 'conversation.item.retrieve', item_id: String(item_id) });
    const { sound, content } = contentOf(await event('conversation.item.retrieved'));
    expect(content).toEqual({ type: 'output_audio' });
    expect(sound.equals(heard.subarray(0, 500 * bytesPerMs))).toBe(true);
    ask('Thank you');
    await event('response.done', 1);
    expect(events('response.output_audio_transcript.done').at(-1)).toMatchObject({ transcript: 'You said: Thank you' });
    await finish();
  });

  it('cuts an answer that goes on: what comes later belongs to it no more', async () => {
    const { send, ask, event, events, finish } = await openaiConversation(openaiClient(program));
    ask('Tell me a long story');
    const { item_id } = await event('response.output_audio.delta', 1);
    send({ type: 'conversation.item.truncate', item_id: String(item_id), content_index: 0, audio_end_ms: 250 });
    await event('conversation.item.truncated');
    await event('response.output_audio.delta', events('response.output_audio.delta').length + 2);
    send({ type: 'response.cancel' });
    expect(await event('response.done')).toMatchObject({ response: { status: 'cancelled' } });
    expect(events('conversation.item.done').at(-1)).toMatchObject({ item: { content: [{ type: 'output_audio' }] } });
    send({ type: 'conversation.item.retrieve', item_id: String(item_id) });
    const { sound, content } = contentOf(await event('conversation.item.retrieved'));
    expect(content).toEqual({ type: 'output_audio' });
    expect(sound.equals(soundOf(events('response.output_audio.delta')).subarray(0, 250 * bytesPerMs))).toBe(true);
    await finish();
  });

  it('is refused a cut past the end, down to the millisecond, and keeps the answer whole', async () => {
    const { send, ask, event, events, finish } = await openaiConversation(openaiClient(program));
    ask('All at once');
    await event('response.done');
    const { item_id } = await event('response.output_audio.delta');
    const whole = soundOf(events('response.output_audio.delta'));
    const cut = { type: 'conversation.item.truncate', item_id: String(item_id), content_index: 0 } as const;
    send({ ...cut, event_id: 'past_the_end', audio_end_ms: whole.length / bytesPerMs + 1 });
    expect(await event('error')).toMatchObject({
      error: { code: 'invalid_value', param: 'audio_end_ms', event_id: 'past_the_end' },
    });
    send({ type: 'conversation.item.retrieve', item_id: String(item_id) });
    const { sound, content } = contentOf(await event('conversation.item.retrieved'));
    expect(content).toEqual({ type: 'output_audio', transcript: wholeStory });
    expect(sound.equals(whole)).toBe(true);
    send({ ...cut, audio_end_ms: whole.length / bytesPerMs });
    await event('conversation.item.truncated');
    await finish(['invalid_value']);
  });
});

describe('the agents package', () => {
  it('interrupts an answer, keeps what was heard in its history, and goes on', async () => {
    const conversation = await agentsConversation(program);
    const { session, event, events, told, frames, finish } = conversation;
    session.sendMessage('Tell me a long story');
    const { item_id } = await event('response.output_audio.delta', 4);
    session.interrupt();
    const { response } = await event('response.done');
    expect(response).toMatchObject({ status: 'cancelled', status_details: { reason: 'client_cancelled' } });
    await event('conversation.item.retrieved');
    expect(clientTypes(frames).filter((type) => /cancel|truncate/.test(type))).toEqual([
      'response.cancel',
      'conversation.item.truncate',
    ]);
    expect(told).toContain('audio_interrupted');
    const { sound } = contentOf(await event('conversation.item.retrieved'));
    const { audio_end_ms } = await event('conversation.item.truncated');
    expect(sound.length).toBe(Number(audio_end_ms) * bytesPerMs);
    const story = await remembered(conversation, ({ itemId }) => itemId === item_id);
    // What the package showed before the cut stays in its history.
    expect(story).toMatchObject({
      status: 'incomplete',
      content: [{ transcript: expect.stringMatching(/^Once upon/) }],
    });
    session.sendMessage('Thank you');
    await event('response.done', 1);
    expect(events('response.output_audio_transcript.done').at(-1)).toMatchObject({ transcript: 'You said: Thank you' });
    await finish();
  });

  it('interrupts an answer that is sent but not yet played, which leaves nothing to cancel', async () => {
    const conversation = await agentsConversation(program);
    const { session, event, told, frames, finish } = conversation;
    session.sendMessage('All at once');
    await event('response.done');
    session.interrupt();
    const { item } = await event('conversation.item.retrieved');
    expect(item).toMatchObject({ status: 'completed', content: [{ type: 'output_audio' }] });
    expect(told).toContain('audio_interrupted');
    expect(clientTypes(frames).filter((type) => /cancel|truncate/.test(type))).toEqual(['conversation.item.truncate']);
    await finish();
  });
});
