import { join } from 'node:path';
import { RealtimeClient } from 'openai-realtime-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderWith, type Program, serve } from './program.ts';
import { until } from './until.ts';

const scenario = `
hear: ["what is the weather in Paris"]
replies:
  - when: { tool: get_weather }
    steps: [{ say: "It is {output}." }]
  - when: { contains: weather }
    steps: [{ say: "Let me look." }, { call: { name: get_weather, arguments: { city: Paris } } }]
`;

let program: Program;
let scripted: Program;

beforeAll(async () => {
  const file = join(folderWith({ 'scenario.yaml': scenario }), 'scenario.yaml');
  program = await serve(['--beta-header', 'translate']);
  scripted = await serve(['--beta-header', 'translate', '--scenario', file]);
});

afterAll(async () => {
  await Promise.all([program.stop(), scripted.stop()]);
});

/** The client of the beta, on a server that translates for it. It asks for the beta by header and by subprotocol. */
async function connect(to: Program): Promise<{ client: RealtimeClient; errors: unknown[] }> {
  const client = new RealtimeClient({
    url: `${to.socketUrl}/v1/realtime`,
    apiKey: 'any',
    model: 'gpt-4o-realtime-preview-2024-10-01',
    sessionConfig: { instructions: 'Be brief.', voice: 'alloy', modalities: ['text', 'audio'] },
  });
  const errors: unknown[] = [];
  client.on('error', (error) => errors.push(error));
  client.realtime.on('server.error', (event: unknown) => errors.push(event));
  await client.connect();
  return { client, errors };
}

describe('openai-realtime-api, a client of the beta', () => {
  it('holds a typed turn that is answered aloud', async () => {
    const { client, errors } = await connect(program);
    client.sendUserMessageContent([{ type: 'input_text', text: 'Good morning' }]);
    const answer = await until('the completed answer', () =>
      client.conversation
        .getItems()
        .find((item) => item.type === 'message' && item.role === 'assistant' && item.status === 'completed'),
    );
    expect(answer.formatted).toMatchObject({ transcript: 'You said: Good morning' });
    expect(answer.formatted.audio?.length).toBeGreaterThan(1000);
    expect(errors).toEqual([]);
    client.disconnect();
  });

  it('hears a question, runs a tool and says what came of it', async () => {
    const { client, errors } = await connect(scripted);
    const items: object[] = [];
    for (const type of ['conversation.item.created', 'response.output_item.done'] as const) {
      client.realtime.on(`server.${type}`, (event: object) => items.push(Object(event).item));
    }
    client.addTool({ name: 'get_weather', description: '', parameters: {} }, async () => ({ weather: 'sunny' }));
    client.updateSession({ turn_detection: null, input_audio_transcription: { model: 'whisper-1' } });
    client.appendInputAudio(new Int16Array(24_000).map((_, at) => (at % 160 < 80 ? 8000 : -8000)));
    client.createResponse();
    const transcript = 'It is {"weather":"sunny"}.';
    await until('the answer', () =>
      client.conversation
        .getItems()
        .some(({ status, formatted }) => status === 'completed' && formatted.transcript === transcript),
    );
    const kinds = client.conversation.getItems().map(({ type }) => type);
    expect(kinds).toEqual(['message', 'message', 'function_call', 'function_call_output', 'message']);
    expect(items.length).toBeGreaterThan(kinds.length);
    expect(items.filter((item) => !('object' in item) || item.object !== 'realtime.item')).toEqual([]);
    expect(errors).toEqual([]);
    client.disconnect();
  });
});
