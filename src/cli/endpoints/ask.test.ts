import { describe, expect, it } from 'vitest';
import { findEndpoints, listModels } from './ask.ts';

type Answers = Readonly<Record<string, { readonly status?: number; readonly body: unknown }>>;

/** A network where these URLs answer, and nothing else does. */
function network(answers: Answers): typeof fetch {
  return async (input) => {
    const answer = answers[String(input)];
    if (answer === undefined)
      throw new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) });
    const { status = 200, body } = answer;
    return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status });
  };
}

const base = 'http://localhost:8000/v1';
const list = (...models: readonly object[]) => ({ object: 'list', data: models });

describe('an endpoint that is asked for its models', () => {
  it('tells what each is good for', async () => {
    const fetch = network({
      [`${base}/models`]: { body: list({ id: 'qwen3:8b' }, { id: 'w', task: 'automatic-speech-recognition' }) },
    });
    expect(await listModels(base, { fetch })).toEqual([
      { id: 'qwen3:8b', role: 'language_model' },
      { id: 'w', role: 'transcriber' },
    ]);
  });

  it('may have no such list', async () => {
    const fetch = network({ [`${base}/models`]: { status: 404, body: 'not found' } });
    expect(await listModels(base, { fetch })).toBeNull();
  });

  it.each([
    ['is not there', {}, `${base}/models does not answer (ECONNREFUSED)`],
    ['refuses the key', { status: 401, body: {} }, `${base} refuses the key (401)`],
    ['is broken', { status: 500, body: 'oh no' }, `${base} lists no models (status 500)`],
    ['is a web page', { body: '<html>' }, `${base} lists no models (status 200)`],
    ['is an Antiphon', { body: list({ id: 'echo', owned_by: 'antiphon' }) }, `${base} is an Antiphon itself`],
  ])('complains in one line where it %s', async (_, answer, message) => {
    const fetch = network('body' in answer ? { [`${base}/models`]: answer } : {});
    await expect(listModels(base, { fetch })).rejects.toThrow(message);
  });

  it('is given up when it says nothing', async () => {
    const silent: typeof fetch = (_, init) =>
      new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)));
    await expect(listModels(base, { fetch: silent, timeoutMs: 5 })).rejects.toThrow('does not answer (within 5 ms)');
  });
});

describe('looking for endpoints', () => {
  const speech = { name: 'Kokoro', baseUrl: 'http://localhost:8880/v1' };
  const whisper = { name: 'whisper.cpp', baseUrl: 'http://localhost:8081/v1' };
  const gone = { name: 'Ollama', baseUrl: 'http://localhost:11434/v1' };

  it('finds those that answer, with the voices of those that speak', async () => {
    const fetch = network({
      [`${speech.baseUrl}/models`]: { body: list({ id: 'kokoro' }) },
      [`${speech.baseUrl}/audio/voices`]: { body: { voices: ['af_bella', { id: 'af_heart' }] } },
    });
    expect(await findEndpoints([gone, speech], { fetch })).toEqual([
      { ...speech, models: [{ id: 'kokoro', role: 'synthesizer' }], voices: ['af_bella', 'af_heart'] },
    ]);
  });

  it('knows whisper.cpp by its page, since it lists no models', async () => {
    const fetch = network({
      [`${whisper.baseUrl}/models`]: { status: 404, body: 'File Not Found' },
      'http://localhost:8081/': { body: '<title>Whisper.cpp Server</title>' },
    });
    expect(await findEndpoints([whisper], { fetch })).toEqual([
      {
        name: 'whisper.cpp',
        baseUrl: 'http://localhost:8081',
        models: [{ id: 'whisper', role: 'transcriber' }],
        voices: [],
        transcriptionPath: '/inference',
      },
    ]);
  });

  it('leaves out what is something else', async () => {
    const fetch = network({
      [`${whisper.baseUrl}/models`]: { status: 404, body: '' },
      'http://localhost:8081/': { body: '<title>A blog</title>' },
    });
    expect(await findEndpoints([whisper], { fetch })).toEqual([]);
  });
});
