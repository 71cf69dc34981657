import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import OpenAI from 'openai';
import { OpenAIRealtimeTranslationWS } from 'openai/realtime/translations/ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseTranslationClientEvent, parseTranslationServerEvent } from '../../src/protocol/index.ts';
import { certificate, folderWith, type Program, serve } from '../clients/program.ts';
import { type Frame, record, serverEvents } from '../clients/recording.ts';
import { frames as framesOf, speech } from '../clients/speech.ts';
import { until } from '../clients/until.ts';
import { hangMs } from '../setup/hang.ts';

const scenario = `
seed: 7
voice: espeak
translate:
  - { input: bonjour à tous, output: good morning everyone }
  - { input: merci, output: thank you }
`;

let program: Program;
let ca: Buffer;

beforeAll(async () => {
  const { cert, key } = certificate();
  ca = readFileSync(cert);
  const file = join(folderWith({ 'scenario.yaml': scenario }), 'scenario.yaml');
  program = await serve(['--scenario', file, '--tls-cert', cert, '--tls-key', key, '--api-key', 'sk-test']);
});

afterAll(async () => {
  await program.stop();
});

interface Translation {
  readonly client: OpenAIRealtimeTranslationWS;
  readonly frames: readonly Frame[];
  /** What the client's own typed listeners were told, in order. */
  readonly told: readonly string[];
}

/** The package's own client on a TLS socket, with every frame recorded. */
async function connect(): Promise<Translation> {
  const openai = new OpenAI({ apiKey: 'sk-test', baseURL: `${program.url}/v1` });
  const client = await OpenAIRealtimeTranslationWS.create(openai, { model: 'gpt-realtime-translate', options: { ca } });
  const told: string[] = [];
  client.on('error', () => told.push('error'));
  for (const type of types) client.on(type, () => told.push(type));
  const frames = record(client.socket.platformSocket);
  await until('session.created', () => told.includes('session.created'));
  return { client, frames, told };
}

const types = [
  'session.created',
  'session.updated',
  'session.closed',
  'session.input_transcript.delta',
  'session.output_transcript.delta',
  'session.output_audio.delta',
] as const;

/** Every frame passes our own checks in its direction. */
function expectSound(frames: readonly Frame[]): void {
  const problems = frames.flatMap(({ from, text }) => {
    const parsed = from === 'client' ? parseTranslationClientEvent(text) : parseTranslationServerEvent(text);
    return parsed.ok && parsed.known ? [] : [`${from}: ${text.slice(0, 300)}`];
  });
  expect(problems).toEqual([]);
}

function say(client: OpenAIRealtimeTranslationWS, text: string, afterMs: number): void {
  for (const frame of framesOf(speech(text, { beforeMs: 300, afterMs }), 200)) {
    client.send({ type: 'session.input_audio_buffer.append', audio: Buffer.from(frame).toString('base64') });
  }
}

/** The deltas of one type, joined as the protocol says: as they are. */
function joined(frames: readonly Frame[], type: string): string {
  return serverEvents(frames)
    .filter((event) => event.type === type)
    .map(({ delta }) => String(delta))
    .join('');
}

/** Frames of the server without what tells the time. */
function timeless(frames: readonly Frame[]): string[] {
  const texts = frames.flatMap(({ from, text }) => (from === 'server' ? [text] : []));
  return texts.map((text) => text.replace(/"expires_at":\d+/, '').replace(/"sess_\w{21}"/, '"sess_"'));
}

async function translateTwice(): Promise<Translation> {
  const session = await connect();
  const { client, frames } = session;
  client.send({
    type: 'session.update',
    session: { audio: { input: { transcription: { model: 'gpt-realtime-whisper' } }, output: { language: 'en' } } },
  });
  say(client, 'Good morning everyone, how are you?', 900);
  await until('the first translation', () => joined(frames, 'session.output_transcript.delta').endsWith('everyone'));
  say(client, 'Thank you very much', 0);
  await client.finish({ timeoutMs: hangMs });
  return session;
}

describe('the translation client of the openai package', () => {
  it('is heard, translated aloud, and finishes', async () => {
    const { frames, told } = await translateTwice();
    expectSound(frames);
    expect(joined(frames, 'session.input_transcript.delta')).toBe('bonjour à tousmerci');
    expect(joined(frames, 'session.output_transcript.delta')).toBe('good morning everyonethank you');
    expect(told).not.toContain('error');
    expect(told.at(0)).toBe('session.created');
    expect(told.at(-1)).toBe('session.closed');

    const sounds = serverEvents(frames).filter(({ type }) => type === 'session.output_audio.delta');
    const bytes = sounds.map(({ delta }) => Buffer.from(String(delta), 'base64').length);
    expect(Math.max(...bytes)).toBeLessThanOrEqual(19_200);
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(48_000);
    for (const sound of sounds) expect(sound).toMatchObject({ format: 'pcm16', sample_rate: 24_000, channels: 1 });
    expect(told.filter((type) => type === 'session.output_audio.delta')).toHaveLength(sounds.length);
  });

  it('gets the same frames for the same frames, but for the time and the id of the session', async () => {
    const [one, other] = [await translateTwice(), await translateTwice()];
    expect(timeless(other.frames)).toEqual(timeless(one.frames));
  });

  it('is told of what it does wrong, and goes on', async () => {
    const { client, frames, told } = await connect();
    client.send({ type: 'response.create' });
    client.send({ type: 'session.update', session: { model: 'other' } });
    await until('two errors', () => told.filter((type) => type === 'error').length === 2);
    const errors = serverEvents(frames).filter(({ type }) => type === 'error');
    expect(errors.map(({ error }) => error)).toMatchObject([
      { code: 'invalid_value', param: 'type' },
      { code: 'unknown_parameter', param: 'session.model' },
    ]);
    await client.finish({ timeoutMs: hangMs });
    expect(told.at(-1)).toBe('session.closed');
  });
});
