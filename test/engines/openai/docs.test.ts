import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openaiLanguageModel, openaiSynthesizer, openaiTranscriber } from '../../../src/engines/index.ts';
import { answered, called, makeUtterance, never, pull, returned, spoken } from '../turn.ts';
import { chatServer, verbatimServer } from './chat-server.ts';
import { serversOfTest } from './open-servers.ts';
import { makeQuestion } from './question.ts';
import { speechServer } from './speech-server.ts';
import { formOf } from './transcription-server.ts';

const open = serversOfTest();
const page = readFileSync(join(import.meta.dirname, '../../../docs/endpoints.md'), 'utf8');

/** The block of the page that is marked so. */
function block(mark: string): string {
  const found = new RegExp(`\`\`\`${mark}\\n([^\`]*)\`\`\``).exec(page)?.[1];
  if (found === undefined) throw new Error(`the page has no block ${mark}`);
  return found;
}

const question = makeQuestion({
  instructions: 'You are kind.',
  items: [
    spoken('What is the weather in Paris?'),
    answered('Let me see.'),
    called('weather', 'call_1'),
    returned('sunny', 'call_1'),
  ],
  tools: [{ type: 'function', name: 'weather', description: 'Tells it.', parameters: { type: 'object' } }],
  maxOutputTokens: 200,
});

describe('the page on endpoints', () => {
  it.each(['chat', 'responses'] as const)('shows what is sent by the %s API', async (api) => {
    const server = await open(chatServer([{ text: ['ok'] }]));
    const model = openaiLanguageModel({ baseUrl: server.url, model: 'qwen3:8b', api });
    await pull(model.answer(question, never));
    const sent: unknown = JSON.parse(server.requests[0]?.body.toString('utf8') ?? '');
    expect(sent).toEqual(JSON.parse(block(`json ${api}`)));
  });

  it('shows what is sent for speech', async () => {
    const server = await open(speechServer());
    const synthesizer = openaiSynthesizer({ baseUrl: server.url, model: 'kokoro', voice: 'af_heart' });
    await pull(synthesizer.speak('It is sunny.', { voice: 'marin', speed: 1.25, signal: never }));
    const sent: unknown = JSON.parse(server.requests[0]?.body.toString('utf8') ?? '');
    expect(sent).toEqual(JSON.parse(block('json speech')));
  });

  it('shows what is sent for a transcription', async () => {
    const server = await open(verbatimServer({ json: { text: '' } }));
    const transcriber = openaiTranscriber({ baseUrl: server.url, model: 'whisper-large-v3' });
    const asked = { language: 'en', prompt: 'A call to a shop.', keywords: ['Antiphon', 'Kyrie'] };
    const sound = { samples: new Int16Array(2400), sampleRate: 24_000 };
    await pull(transcriber.transcribe({ ...makeUtterance(), ...asked, sound }, never));
    const [request] = server.requests;
    const form = request === undefined ? new FormData() : await formOf(request);
    const fields = [...form].flatMap(([name, value]) => (typeof value === 'string' ? [`${name}=${value}\n`] : []));
    expect(fields.join('')).toBe(block('text transcription'));
  });
});
