import { tool } from '@openai/agents-realtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { agentsConversation, remembered } from './agents-conversation.ts';
import { type Program, serveScenario } from './program.ts';
import { scenario } from './scenario.ts';
import { frames as framesOf, speech } from './speech.ts';

let program: Program;

beforeAll(async () => {
  program = await serveScenario(scenario);
});

afterAll(async () => {
  await program.stop();
});

/** A tool that notes which cities it was asked for. */
function getWeather(asked: string[]) {
  return tool({
    name: 'get_weather',
    description: 'The weather in a city',
    parameters: z.object({ city: z.string() }),
    execute: async ({ city }) => {
      asked.push(city);
      return 'sunny';
    },
  });
}

describe('@openai/agents-realtime', () => {
  it('holds a typed turn that is answered aloud', async () => {
    const { session, event, finish } = await agentsConversation(program);
    session.sendMessage('Good morning');
    expect(await event('response.output_audio_transcript.done')).toMatchObject({
      transcript: 'You said: Good morning',
    });
    await event('response.done');
    await finish();
  });

  it('runs its tool and speaks the result, by its own loop', async () => {
    const asked: string[] = [];
    const { session, event, finish } = await agentsConversation(program, { agent: { tools: [getWeather(asked)] } });
    session.sendMessage('How is the weather?');
    expect(await event('response.output_audio_transcript.done', 1)).toMatchObject({
      transcript: 'It is sunny in Paris.',
    });
    await event('response.done', 1);
    expect(asked).toEqual(['Paris']);
    await finish();
  });

  it('is heard under semantic_vad, its own default, and has the turn in its history', async () => {
    const conversation = await agentsConversation(program, { agent: { tools: [getWeather([])] } });
    const { speak, event, finish } = conversation;
    const spoken = speech('What is the weather in Paris?', { beforeMs: 400, afterMs: 2500 });
    speak(framesOf(spoken, 100));
    await event('conversation.item.input_audio_transcription.completed');
    // The tool runs by itself; its answer is the second response.
    await event('response.done', 1);
    const heard = await remembered(conversation, (item) => item.type === 'message' && item.role === 'user');
    expect(heard).toMatchObject({ content: [{ type: 'input_audio', transcript: 'what is the weather in Paris' }] });
    await finish();
  });
});
