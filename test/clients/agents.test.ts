import { join } from 'node:path';
import { OpenAIRealtimeWebSocket, RealtimeAgent, RealtimeSession, tool } from '@openai/agents-realtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import * as z from 'zod';
import { folderWith, type Program, serve } from './program.ts';
import { expectSound, type Frame, record, serverEvents } from './recording.ts';
import { scenario } from './scenario.ts';
import { frames as framesOf, speech } from './speech.ts';
import { until } from './until.ts';

let program: Program;

beforeAll(async () => {
  program = await serve(['--scenario', join(folderWith({ 'scenario.yaml': scenario }), 'scenario.yaml')]);
});

afterAll(async () => {
  await program.stop();
});

interface Conversation {
  readonly session: RealtimeSession;
  readonly frames: Frame[];
  readonly asked: string[];
  /** The first server event of a type from the `skip`th on. */
  event(type: string, skip?: number): Promise<{ type: string; [key: string]: unknown }>;
}

/** An agent with one tool, in the package's own session, with every frame recorded. */
async function converse(): Promise<Conversation> {
  const asked: string[] = [];
  const getWeather = tool({
    name: 'get_weather',
    description: 'The weather in a city',
    parameters: z.object({ city: z.string() }),
    execute: async ({ city }) => {
      asked.push(city);
      return 'sunny';
    },
  });
  let frames: Frame[] = [];
  const transport = new OpenAIRealtimeWebSocket({
    createWebSocket: async ({ apiKey }) => {
      const socket = new WebSocket(`${program.socketUrl}/v1/realtime?model=gpt-realtime`, {
        headers: { Authorization: `Bearer ${apiKey}` },
      });
      frames = record(socket);
      return Object.assign(socket);
    },
  });
  const agent = new RealtimeAgent({ name: 'assistant', instructions: 'Be brief.', tools: [getWeather] });
  const session = new RealtimeSession(agent, { transport, model: 'gpt-realtime' });
  session.on('error', () => {}); // error events are found in the frames
  await session.connect({ apiKey: 'any' });
  const event: Conversation['event'] = (type, skip = 0) =>
    until(`${type} number ${skip}`, () => serverEvents(frames).filter((each) => each.type === type)[skip]);
  await event('session.updated');
  return { session, frames, asked, event };
}

describe('@openai/agents-realtime', () => {
  it('holds a typed turn that is answered aloud', async () => {
    const { session, frames, event } = await converse();
    session.sendMessage('Good morning');
    expect(await event('response.output_audio_transcript.done')).toMatchObject({
      transcript: 'You said: Good morning',
    });
    await event('response.done');
    session.close();
    await expectSound(frames);
  });

  it('runs its tool and speaks the result, by its own loop', async () => {
    const { session, frames, asked, event } = await converse();
    session.sendMessage('How is the weather?');
    expect(await event('response.output_audio_transcript.done', 1)).toMatchObject({
      transcript: 'It is sunny in Paris.',
    });
    await event('response.done', 1);
    expect(asked).toEqual(['Paris']);
    session.close();
    await expectSound(frames);
  });

  it('is heard under semantic_vad, its own default, and has the turn in its history', async () => {
    const { session, frames, event } = await converse();
    const spoken = speech('What is the weather in Paris?', { beforeMs: 400, afterMs: 2500 });
    for (const frame of framesOf(spoken, 100)) session.sendAudio(Uint8Array.from(frame).buffer);
    await event('conversation.item.input_audio_transcription.completed');
    // The tool runs by itself; its answer is the second response.
    await event('response.done', 1);
    const heard = await until('the user turn in the history', () =>
      session.history.find((item) => item.type === 'message' && item.role === 'user'),
    );
    expect(heard).toMatchObject({ content: [{ type: 'input_audio', transcript: 'what is the weather in Paris' }] });
    session.close();
    await expectSound(frames);
  });
});
