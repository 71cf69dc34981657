import { RealtimeClient } from 'openai-realtime-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Program, serve } from './program.ts';
import { until } from './until.ts';

let program: Program;

beforeAll(async () => {
  program = await serve(['--beta-header', 'translate']);
});

afterAll(async () => {
  await program.stop();
});

/** The client of the beta, on a server that translates for it. It asks for the beta by header and by subprotocol. */
async function connect(): Promise<{ client: RealtimeClient; errors: unknown[] }> {
  const client = new RealtimeClient({
    url: `${program.socketUrl}/v1/realtime`,
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
    const { client, errors } = await connect();
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
});
