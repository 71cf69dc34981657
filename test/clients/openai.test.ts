import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { certificate, folderWith, type Program, serve } from './program.ts';
import { expectSound, type Frame, record, serverEvents } from './recording.ts';
import { scenario } from './scenario.ts';
import { frames as framesOf, speech } from './speech.ts';
import { until } from './until.ts';

let program: Program;
let certFile: string;

beforeAll(async () => {
  const { cert, key } = certificate();
  certFile = cert;
  const file = join(folderWith({ 'scenario.yaml': scenario }), 'scenario.yaml');
  program = await serve(['--scenario', file, '--tls-cert', cert, '--tls-key', key, '--api-key', 'sk-test']);
});

afterAll(async () => {
  await program.stop();
});

interface Conversation {
  readonly client: OpenAIRealtimeWS;
  readonly frames: Frame[];
  /** The first server event of a type from the `skip`th on. */
  event(type: string, skip?: number): Promise<{ type: string; [key: string]: unknown }>;
}

/** The package's own client on a TLS socket, with every frame recorded. */
function connect(): Conversation {
  const openai = new OpenAI({ apiKey: 'sk-test', baseURL: `${program.url}/v1` });
  const client = new OpenAIRealtimeWS({ model: 'gpt-realtime', options: { ca: readFileSync(certFile) } }, openai);
  client.on('error', () => {}); // error events are found in the frames
  const socket: WebSocket = client.socket;
  const frames = record(socket);
  return {
    client,
    frames,
    event: (type, skip = 0) =>
      until(`${type} number ${skip}`, () => serverEvents(frames).filter((event) => event.type === type)[skip]),
  };
}

describe('the openai package', () => {
  it('holds a text turn', async () => {
    const { client, frames, event } = connect();
    await event('session.created');
    client.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } });
    await event('session.updated');
    client.send({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Good morning' }] },
    });
    client.send({ type: 'response.create' });
    expect(await event('response.output_text.done')).toMatchObject({ text: 'You said: Good morning' });
    expect(await event('response.done')).toMatchObject({ response: { status: 'completed' } });
    client.close();
    await expectSound(frames);
  });

  it('calls a tool and speaks its result', async () => {
    const { client, frames, event } = connect();
    await event('session.created');
    client.send({
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
    client.send({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'How is the weather?' }] },
    });
    client.send({ type: 'response.create' });
    const call = await event('response.function_call_arguments.done');
    expect(JSON.parse(String(call['arguments']))).toEqual({ city: 'Paris' });
    await event('response.done');
    client.send({
      type: 'conversation.item.create',
      item: { type: 'function_call_output', call_id: String(call['call_id']), output: 'sunny' },
    });
    client.send({ type: 'response.create' });
    expect(await event('response.output_audio_transcript.done', 1)).toMatchObject({
      transcript: 'It is sunny in Paris.',
    });
    await event('response.done', 1);
    client.close();
    await expectSound(frames);
  });

  it('is heard, transcribed and answered aloud', async () => {
    const { client, frames, event } = connect();
    await event('session.created');
    client.send({
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
    for (const frame of framesOf(spoken)) {
      client.send({ type: 'input_audio_buffer.append', audio: Buffer.from(frame).toString('base64') });
    }
    const transcript = await event('conversation.item.input_audio_transcription.completed');
    expect(transcript).toMatchObject({ transcript: 'what is the weather in Paris' });
    await event('response.done');
    const events = serverEvents(frames);
    const seconds = audioSeconds(events);
    expect(seconds).toBeGreaterThan(0.5);
    expect(seconds).toBeLessThan(5);
    expect(events.filter(({ type }) => type === 'input_audio_buffer.speech_started')).toHaveLength(1);
    client.close();
    await expectSound(frames);
  });
});

function audioSeconds(events: readonly { type: string; [key: string]: unknown }[]): number {
  const deltas = events.filter(({ type }) => type === 'response.output_audio.delta');
  return deltas.reduce((sum, { delta }) => sum + Buffer.from(String(delta), 'base64').length, 0) / 48_000;
}
