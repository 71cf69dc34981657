import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentsConversation, agentsConversation, remembered } from './agents-conversation.ts';
import { openaiClient, openaiConversation } from './openai-conversation.ts';
import { type Program, serveScenario } from './program.ts';
import { clientTypes, type Seen } from './recording.ts';
import { frames as framesOf, speech } from './speech.ts';

/** A story of 200 words and at least eight seconds, which nobody lets come to its end. */
const scenario = `
voice: espeak
hear: [tell me a story, stop please]
replies:
  - when: { contains: story }
    pace: { delta_ms: 40 }
    steps: [{ say: "${'Once upon a time there was a parrot. '.repeat(25)}" }]
  - steps: [{ say: "You said: {input}" }]
`;

let program: Program;
let request: Uint8Array[];
let objection: Uint8Array[];
let silence: Uint8Array[];

beforeAll(async () => {
  request = framesOf(speech('Tell me a story.', { beforeMs: 300, afterMs: 2600 }), 100);
  objection = framesOf(speech('Stop, please!', { beforeMs: 300, afterMs: 100 }), 100);
  silence = framesOf(new Uint8Array(2500 * 48), 100);
  program = await serveScenario(scenario);
});

afterAll(async () => {
  await program.stop();
});

/** What was sent from the moment speech was heard over the story on. */
function sinceInterruption(events: readonly Seen[]): readonly Seen[] {
  const [, second] = events.flatMap(({ type }, index) => (type === 'input_audio_buffer.speech_started' ? [index] : []));
  return events.slice(second);
}

/** Speech started first, then the end of the story, then the turn, then its answer. */
function expectInterrupted(events: readonly Seen[], reason: string): void {
  const milestones = sinceInterruption(events).filter(({ type }) =>
    /speech_started|response\.created|response\.done|committed$/.test(type),
  );
  expect(milestones).toMatchObject([
    { type: 'input_audio_buffer.speech_started' },
    {
      type: 'response.done',
      response: {
        status: 'cancelled',
        status_details: { type: 'cancelled', reason },
        output: [{ status: 'incomplete' }],
        usage: { output_tokens: expect.any(Number) },
      },
    },
    { type: 'input_audio_buffer.committed' },
    { type: 'response.created' },
    { type: 'response.done', response: { status: 'completed' } },
  ]);
}

/** From the moment speech was heard on, nothing more of the story is said. */
function expectSilence(events: readonly Seen[], storyItemId: unknown): void {
  const said = sinceInterruption(events).filter(({ type }) => type.endsWith('.delta'));
  expect(said.filter((event) => event['item_id'] === storyItemId)).toEqual([]);
}

/** The answer to the interruption is about the interruption. */
async function expectAnswer(conversation: Pick<AgentsConversation, 'event' | 'events'>): Promise<void> {
  await conversation.event('response.done', 1);
  expect(conversation.events('response.output_audio_transcript.done').at(-1)).toMatchObject({
    transcript: 'You said: stop please',
  });
}

describe('speech over an answer', () => {
  it('cancels it, and the openai package truncates what nobody heard', async () => {
    const conversation = await openaiConversation(openaiClient(program));
    const { send, speak, event, events } = conversation;
    const turn_detection = { type: 'server_vad', silence_duration_ms: 500 } as const;
    send({
      type: 'session.update',
      session: { type: 'realtime', audio: { input: { transcription: { model: 'whisper-1' }, turn_detection } } },
    });
    speak(request);
    const sound = await event('response.output_audio.delta', 4);
    speak(objection);
    await event('response.done');
    const story = String(sound['item_id']);
    send({ type: 'conversation.item.truncate', item_id: story, content_index: 0, audio_end_ms: 200 });
    speak(silence);
    await expectAnswer(conversation);
    expectInterrupted(events(), 'turn_detected');
    expectSilence(events(), story);
    const committed = events('input_audio_buffer.committed').at(1);
    expect(committed).toMatchObject({ previous_item_id: story });
    send({ type: 'conversation.item.retrieve', item_id: story });
    const { item } = await event('conversation.item.retrieved');
    expect(item).toMatchObject({ status: 'incomplete', content: [{ type: 'output_audio' }] });
    await conversation.finish();
  });

  it('cancels it, and the agents package stops playing and truncates', async () => {
    const conversation = await agentsConversation(program);
    const { speak, event, events, told, frames } = conversation;
    speak(request);
    const sound = await event('response.output_audio.delta', 4);
    speak(objection);
    await event('conversation.item.retrieved', 1); // the user's first turn, then what was truncated
    speak(silence);
    await expectAnswer(conversation);
    expectInterrupted(events(), 'turn_detected');
    expectSilence(events(), sound['item_id']);
    expect(told.filter((name) => name === 'audio_interrupted')).toHaveLength(1);
    const types = clientTypes(frames);
    expect(types.filter((type) => type === 'conversation.item.truncate')).toHaveLength(1);
    expect(types).not.toContain('response.cancel');
    const story = await remembered(conversation, ({ itemId }) => itemId === sound['item_id']);
    expect(story).toMatchObject({ role: 'assistant', status: 'incomplete' });
    await event('conversation.item.retrieved', 2);
    await conversation.finish();
  });

  it('does not cancel it where interrupt_response is off, so that the agents package does', async () => {
    const conversation = await agentsConversation(program, {
      config: {
        audio: { input: { turnDetection: { type: 'server_vad', silenceDurationMs: 500, interruptResponse: false } } },
      },
    });
    const { speak, event, events, told, frames } = conversation;
    speak(request);
    await event('response.output_audio.delta', 4);
    speak(objection);
    await event('response.done');
    speak(silence);
    await expectAnswer(conversation);
    expectInterrupted(events(), 'client_cancelled');
    expect(told.filter((name) => name === 'audio_interrupted')).toHaveLength(1);
    expect(clientTypes(frames).filter((type) => /cancel|truncate/.test(type))).toEqual([
      'response.cancel',
      'conversation.item.truncate',
    ]);
    await event('conversation.item.retrieved', 2);
    await conversation.finish();
  });
});
