import { describe, expect, it } from 'vitest';
import { createResampler, readWav } from '../../../src/audio/node/index.ts';
import { espeakVoice, openaiTranscriber, type Sound, type Utterance } from '../../../src/engines/index.ts';
import { makeUtterance, never, pull } from '../turn.ts';
import { answeringServer } from './answering-server.ts';
import { verbatimServer } from './chat-server.ts';
import { serversOfTest } from './open-servers.ts';
import { formOf, transcriptionServer } from './transcription-server.ts';

const open = serversOfTest();
const grammar = ['what is the weather in (paris | london)', 'what time is it'];
const question = 'what is the weather in paris';

async function spoken(text: string): Promise<Sound> {
  const sounds = await pull(espeakVoice().speak(text, { voice: 'alloy', speed: 0.9, signal: never }));
  const whole = sounds.flatMap((sound) => ('samples' in sound ? [...sound.samples] : []));
  const resampler = createResampler(22_050, 24_000);
  const parts = [resampler.push(Int16Array.from(whole)), resampler.flush()];
  return { samples: Int16Array.from(parts.flatMap((part) => [...part])), sampleRate: 24_000 };
}

const silence: Sound = { samples: new Int16Array(24_000), sampleRate: 24_000 };

function utterance(given: Partial<Utterance> = {}): Utterance {
  return { ...makeUtterance(1000), sound: silence, ...given };
}

/** The fields of the one request that was made, the file left out. */
async function fieldsFor(
  given: Partial<Utterance>,
  options: Partial<Parameters<typeof openaiTranscriber>[0]> = {},
): Promise<Record<string, unknown[]>> {
  const server = await open(verbatimServer({ json: { text: '' } }));
  const transcriber = openaiTranscriber({ baseUrl: server.url, model: 'whisper-1', ...options });
  await pull(transcriber.transcribe(utterance(given), never));
  const [request] = server.requests;
  if (request === undefined) throw new Error('nothing was asked');
  const form = await formOf(request);
  const names = [...new Set(form.keys())].filter((name) => name !== 'file');
  return Object.fromEntries(names.map((name) => [name, form.getAll(name)]));
}

describe('a transcriber over HTTP, with real ears', () => {
  it('puts speech into words, and passes on what it cost', async () => {
    const server = await open(transcriptionServer({ grammar }));
    const transcriber = openaiTranscriber({ baseUrl: server.url, model: 'sphinx' });
    const outputs = await pull(transcriber.transcribe(utterance({ sound: await spoken(question) }), never));
    const usage = {
      type: 'tokens',
      input_tokens: 14,
      output_tokens: 8,
      total_tokens: 22,
      input_token_details: { text_tokens: 0, audio_tokens: 14 },
    };
    expect(outputs).toEqual([{ type: 'completed', transcript: question, usage }]);
  });

  it('gives words as they are found where it is asked to', async () => {
    const server = await open(transcriptionServer({ grammar }));
    const transcriber = openaiTranscriber({ baseUrl: server.url, model: 'sphinx', stream: true });
    const outputs = await pull(transcriber.transcribe(utterance({ sound: await spoken(question) }), never));
    const deltas = outputs.flatMap((output) => (output.type === 'delta' ? [output.text] : []));
    expect(deltas).toEqual(['what ', 'is ', 'the ', 'weather ', 'in ', 'paris']);
    expect(outputs.at(-1)).toMatchObject({ type: 'completed', transcript: question, usage: { total_tokens: 22 } });
  });

  it('takes all words at once from a server that does not stream', async () => {
    const server = await open(transcriptionServer({ grammar, streams: false }));
    const transcriber = openaiTranscriber({ baseUrl: server.url, model: 'sphinx', stream: true });
    const outputs = await pull(transcriber.transcribe(utterance({ sound: await spoken(question) }), never));
    expect(outputs).toMatchObject([{ type: 'completed', transcript: question }]);
  });

  it('gives segments with their times, and the language', async () => {
    const server = await open(transcriptionServer({ grammar }));
    const transcriber = openaiTranscriber({ baseUrl: server.url, model: 'sphinx', responseFormat: 'verbose_json' });
    const sound = await spoken(question);
    const end = expect.closeTo(sound.samples.length / 24_000, 2);
    expect(await pull(transcriber.transcribe(utterance({ sound }), never))).toEqual([
      { type: 'segment', text: question, speaker: '', start: 0, end },
      expect.objectContaining({ type: 'completed', transcript: question, languages: [{ code: 'en' }] }),
    ]);
  });

  it('gives the speaker of each segment where the server tells them apart', async () => {
    const server = await open(transcriptionServer({ grammar }));
    const transcriber = openaiTranscriber({ baseUrl: server.url, model: 'sphinx', responseFormat: 'diarized_json' });
    const outputs = await pull(transcriber.transcribe(utterance({ sound: await spoken(question) }), never));
    expect(outputs[0]).toMatchObject({ type: 'segment', text: question, speaker: 'A' });
  });

  it('works with the path and the plain text of whisper.cpp', async () => {
    const server = await open(transcriptionServer({ grammar }));
    const baseUrl = server.url.replace('/v1', '');
    const transcriber = openaiTranscriber({ baseUrl, path: '/inference', model: 'base.en', responseFormat: 'text' });
    const outputs = await pull(transcriber.transcribe(utterance({ sound: await spoken(question) }), never));
    expect(outputs).toEqual([{ type: 'completed', transcript: question }]);
    expect(server.requests[0]?.path).toBe('/inference');
  });
});

describe('a request for a transcription', () => {
  it('holds a WAV file of 16 kHz, one channel and 16 bits', async () => {
    const server = await open(verbatimServer({ json: { text: '' } }));
    await pull(openaiTranscriber({ baseUrl: server.url, model: 'm' }).transcribe(utterance(), never));
    const [request] = server.requests;
    const file = request === undefined ? null : (await formOf(request)).get('file');
    if (!(file instanceof File)) throw new Error('no file came');
    expect([file.name, file.type]).toEqual(['speech.wav', 'audio/wav']);
    const reading = readWav(new Uint8Array(await file.arrayBuffer()));
    expect(reading).toMatchObject({ ok: true, format: { encoding: 'pcm16', channels: 1, sampleRate: 16_000 } });
    expect(reading.ok && reading.samples.length).toBe(16_000);
  });

  it('holds no more than the model and the format where nothing else is said', async () => {
    expect(await fieldsFor({})).toEqual({ model: ['whisper-1'], response_format: ['json'] });
  });

  it('holds what the session asks for: language, prompt, and keywords in the prompt', async () => {
    const asked = { language: 'de', prompt: 'A call to a shop.', keywords: ['Antiphon', 'Kyrie'] };
    expect(await fieldsFor(asked, { language: 'en', prompt: 'unused' })).toMatchObject({
      language: ['de'],
      prompt: ['A call to a shop. Antiphon, Kyrie'],
    });
  });

  it('holds the language of the options, and one of several only where it is the only one', async () => {
    expect(await fieldsFor({ languages: ['de', 'fr'] }, { language: 'en', prompt: 'p' })).toMatchObject({
      language: ['en'],
      prompt: ['p'],
    });
    expect(await fieldsFor({ languages: ['fr'] })).toMatchObject({ language: ['fr'] });
  });

  it('asks for a stream, probabilities and further fields', async () => {
    const options = {
      stream: true,
      logprobs: true,
      extra: { temperature: 0, 'timestamp_granularities[]': ['word', 'segment'] },
    };
    expect(await fieldsFor({}, options)).toMatchObject({
      stream: ['true'],
      'include[]': ['logprobs'],
      temperature: ['0'],
      'timestamp_granularities[]': ['word', 'segment'],
    });
  });

  it('lets the server cut long sound where it is to tell speakers apart', async () => {
    expect(await fieldsFor({}, { responseFormat: 'diarized_json' })).toMatchObject({ chunking_strategy: ['auto'] });
  });

  it('is not made for sound that is gone', async () => {
    const server = await open(verbatimServer({ json: { text: '' } }));
    const transcriber = openaiTranscriber({ baseUrl: server.url, model: 'm' });
    const asking = pull(transcriber.transcribe(utterance({ sound: null }), never));
    await expect(asking).rejects.toMatchObject({ name: 'EngineError', code: 'audio_unavailable' });
    expect(server.requests).toEqual([]);
  });
});

describe('words in the shapes of other servers', () => {
  async function heard(events: readonly unknown[]) {
    const server = await open(verbatimServer({ events }));
    const transcriber = openaiTranscriber({ baseUrl: server.url, model: 'm', stream: true });
    return pull(transcriber.transcribe(utterance(), never));
  }

  it('come as a chat from vLLM', async () => {
    const chunk = (content: string) => ({
      id: 'trsc-1',
      object: 'transcription.chunk',
      choices: [{ delta: { content }, finish_reason: null }],
    });
    expect(await heard([chunk(' Good'), chunk(' morning'), chunk(''), '[DONE]'])).toEqual([
      { type: 'delta', text: 'Good' },
      { type: 'delta', text: ' morning' },
      { type: 'completed', transcript: 'Good morning' },
    ]);
  });

  it('come as one transcription after another from Speaches', async () => {
    const segments = [{ id: 1, start: 0, end: 1.5, text: ' Good' }];
    expect(await heard([{ text: ' Good', segments }, { text: ' morning' }])).toEqual([
      { type: 'delta', text: 'Good' },
      { type: 'segment', text: 'Good', speaker: '', start: 0, end: 1.5 },
      { type: 'delta', text: ' morning' },
      { type: 'completed', transcript: 'Good morning' },
    ]);
  });

  it('come with speakers and probabilities from OpenAI, and with events that nobody knows', async () => {
    const logprobs = [{ token: 'Hi', logprob: -0.1, bytes: [72, 105] }];
    const events = [
      { type: 'transcript.text.delta', delta: 'Hi', logprobs },
      { type: 'transcript.text.news' },
      { type: 'transcript.text.segment', id: 's', text: ' Hi', start: 0, end: 1, speaker: 'B' },
      { type: 'transcript.text.done', text: 'Hi', logprobs: [{ token: 'é', logprob: -1 }] },
    ];
    expect(await heard(events)).toEqual([
      { type: 'delta', text: 'Hi', logprobs },
      { type: 'segment', text: 'Hi', speaker: 'B', start: 0, end: 1 },
      { type: 'completed', transcript: 'Hi', logprobs: [{ token: 'é', logprob: -1, bytes: [0xc3, 0xa9] }] },
    ]);
  });

  it('come in JSON of just a text', async () => {
    const server = await open(
      answeringServer(() => ({ contentType: 'text/plain', pieces: ['{"text":"\\n Hello.\\n"}'] })),
    );
    const transcriber = openaiTranscriber({ baseUrl: server.url, model: 'm' });
    expect(await pull(transcriber.transcribe(utterance(), never))).toEqual([
      { type: 'completed', transcript: 'Hello.' },
    ]);
  });
});
