import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openaiClient, openaiConversation, userText } from './openai-conversation.ts';
import { type Program, serveScenario } from './program.ts';
import type { Seen } from './recording.ts';
import { scenario } from './scenario.ts';
import { frames as framesOf, speech } from './speech.ts';

let program: Program;

beforeAll(async () => {
  program = await serveScenario(scenario, ['--api-key', 'sk-test']);
});

afterAll(async () => {
  await program.stop();
});

describe('the openai package', () => {
  it('holds a text turn', async () => {
    const { send, event, finish } = await openaiConversation(openaiClient(program, 'sk-test'));
    send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } });
    await event('session.updated');
    send(userText('Good morning'));
    send({ type: 'response.create' });
    expect(await event('response.output_text.done')).toMatchObject({ text: 'You said: Good morning' });
    expect(await event('response.done')).toMatchObject({ response: { status: 'completed' } });
    await finish();
  });

  it('calls a tool and speaks its result', async () => {
    const { send, event, finish } = await openaiConversation(openaiClient(program, 'sk-test'));
    send({
      type: 'session.update',
      session: {
        type: 'realtime',
        tools: [
          {
            type: 'function',
            name: 'get_weather',
            parameters: { type: 'object', properties: { city: { type: 'string' } } },
          },
        ],
      },
    });
    send(userText('How is the weather?'));
    send({ type: 'response.create' });
    const call = await event('response.function_call_arguments.done');
    expect(JSON.parse(String(call['arguments']))).toEqual({ city: 'Paris' });
    await event('response.done');
    send({
      type: 'conversation.item.create',
      item: { type: 'function_call_output', call_id: String(call['call_id']), output: 'sunny' },
    });
    send({ type: 'response.create' });
    expect(await event('response.output_audio_transcript.done', 1)).toMatchObject({
      transcript: 'It is sunny in Paris.',
    });
    await event('response.done', 1);
    await finish();
  });

  it('is heard, transcribed and answered aloud', async () => {
    const { send, speak, event, events, finish } = await openaiConversation(openaiClient(program, 'sk-test'));
    send({
      type: 'session.update',
      session: {
        type: 'realtime',
        audio: {
          input: {
            transcription: { model: 'gpt-4o-mini-transcribe' },
            turn_detection: { type: 'server_vad', silence_duration_ms: 500 },
          },
        },
      },
    });
    const spoken = speech('What is the weather in Paris?', { beforeMs: 400, afterMs: 900 });
    speak(framesOf(spoken));
    const transcript = await event('conversation.item.input_audio_transcription.completed');
    expect(transcript).toMatchObject({ transcript: 'what is the weather in Paris' });
    await event('response.done');
    const seconds = audioSeconds(events('response.output_audio.delta'));
    expect(seconds).toBeGreaterThan(0.5);
    expect(seconds).toBeLessThan(5);
    expect(events('input_audio_buffer.speech_started')).toHaveLength(1);
    await finish();
  });
});

function audioSeconds(deltas: readonly Seen[]): number {
  return deltas.reduce((sum, { delta }) => sum + Buffer.from(String(delta), 'base64').length, 0) / 48_000;
}
