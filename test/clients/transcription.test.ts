import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openaiClient, openaiConversation } from './openai-conversation.ts';
import { type Program, serveScenario } from './program.ts';
import type { Seen } from './recording.ts';
import { frames as framesOf, speech } from './speech.ts';

const scenario = `
hear:
  - what is the weather in Paris
  - text: hello there
    segments: [{ speaker: A, text: hello, start: 0, end: 0.4 }, { speaker: B, text: there, start: 0.5, end: 0.9 }]
    logprobs: true
  - { fail: { code: audio_unintelligible, message: "Nobody could tell what was said." } }
`;

const transcribing = 'conversation.item.input_audio_transcription';
const silence = { beforeMs: 300, afterMs: 800 };

let program: Program;
let sentences: Uint8Array[][];

beforeAll(async () => {
  const texts = ['What is the weather in Paris?', 'Hello there', 'Nobody understands this'];
  sentences = texts.map((text) => framesOf(speech(text, silence), 100));
  program = await serveScenario(scenario);
});

afterAll(async () => {
  await program.stop();
});

function joined(deltas: readonly Seen[]): string {
  return deltas.map(({ delta }) => String(delta)).join('');
}

describe('a transcription session of the openai package', () => {
  it('writes down what is said: pieces, speakers, likelihoods, and what could not be understood', async () => {
    const conversation = await openaiConversation(openaiClient(program), { intent: 'transcription' });
    const { send, speak, event, events, finish } = conversation;
    expect(await event('session.created')).toMatchObject({
      session: { type: 'transcription', object: 'realtime.transcription_session' },
    });
    send({
      type: 'session.update',
      session: {
        type: 'transcription',
        audio: {
          input: {
            transcription: { model: 'gpt-4o-transcribe', language: 'en' },
            turn_detection: { type: 'server_vad', silence_duration_ms: 500 },
          },
        },
        include: ['item.input_audio_transcription.logprobs'],
      },
    });
    expect(await event('session.updated')).toMatchObject({
      session: {
        audio: { input: { transcription: { model: 'gpt-4o-transcribe', language: 'en', prompt: null } } },
        include: ['item.input_audio_transcription.logprobs'],
      },
    });
    for (const sentence of sentences) speak(sentence);
    expect(await event(`${transcribing}.failed`)).toMatchObject({
      content_index: 0,
      error: { code: 'audio_unintelligible', message: 'Nobody could tell what was said.' },
    });

    const items = events('input_audio_buffer.committed').map(({ item_id }) => item_id);
    expect(items).toHaveLength(3);
    const [first, second] = items.map((id) => events(`${transcribing}.delta`).filter(({ item_id }) => item_id === id));
    expect(first?.map(({ delta }) => delta)).toEqual(['what ', 'is ', 'the ', 'weather ', 'in ', 'Paris']);
    expect(joined(second ?? [])).toBe('hello there');
    expect(second).toMatchObject([{ logprobs: [{ token: 'hello ' }] }, { logprobs: [{ token: 'there' }] }]);
    expect(events(`${transcribing}.segment`)).toMatchObject([
      { item_id: items[1], speaker: 'A', text: 'hello', start: 0, end: 0.4 },
      { item_id: items[1], speaker: 'B', text: 'there', start: 0.5, end: 0.9 },
    ]);
    expect(events(`${transcribing}.completed`)).toMatchObject([
      {
        item_id: items[0],
        transcript: 'what is the weather in Paris',
        usage: { type: 'duration', seconds: expect.any(Number) },
      },
      { item_id: items[1], transcript: 'hello there', logprobs: [{ token: 'hello ' }, { token: 'there' }] },
    ]);
    expect(events(`${transcribing}.failed`)).toMatchObject([{ item_id: items[2] }]);
    expect(events().filter(({ type }) => /^response|^rate_limits/.test(type))).toEqual([]);
    await finish();
  });

  it('takes sound by hand where turn detection is off, and shows the words on look-up', async () => {
    const conversation = await openaiConversation(openaiClient(program), { intent: 'transcription' });
    const { send, speak, event, events, finish } = conversation;
    send({
      type: 'session.update',
      session: {
        type: 'transcription',
        audio: { input: { transcription: { model: 'whisper-1' }, turn_detection: null } },
      },
    });
    speak(sentences[0] ?? []);
    send({ type: 'input_audio_buffer.commit' });
    const { item_id } = await event(`${transcribing}.completed`);
    send({ type: 'conversation.item.retrieve', item_id: String(item_id) });
    expect(await event('conversation.item.retrieved')).toMatchObject({
      item: { role: 'user', content: [{ type: 'input_audio', transcript: 'what is the weather in Paris' }] },
    });
    expect(events('input_audio_buffer.speech_started')).toEqual([]);
    await finish();
  });

  it('has no answers to give', async () => {
    const { send, event, finish } = await openaiConversation(openaiClient(program), { intent: 'transcription' });
    send({ type: 'response.create', event_id: 'impossible' });
    expect(await event('error')).toMatchObject({ error: { code: 'invalid_value', event_id: 'impossible' } });
    await finish(['invalid_value']);
  });
});
