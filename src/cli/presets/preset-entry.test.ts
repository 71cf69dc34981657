import { describe, expect, it } from 'vitest';
import { presetEntry } from './preset-entry.ts';
import type { PresetName } from './presets.ts';

/** A machine where these models are listed at these places. */
function machine(models: Readonly<Record<string, readonly string[]>>, endpoints: readonly string[] = []) {
  const ask: typeof fetch = async (input) => {
    const ids = models[String(input).replace('/models', '')];
    if (ids === undefined) throw new TypeError('fetch failed');
    return Response.json({ data: ids.map((id) => ({ id })) });
  };
  return { endpoints, environment: {}, fetch: ask };
}

const speaches = 'http://localhost:8000/v1';
const both = { 'http://localhost:11434/v1': ['qwen3:8b'], [speaches]: ['whisper', 'kokoro'] };

describe('a preset', () => {
  it('of OpenAI needs its key, and asks nobody', async () => {
    const nobody = machine({});
    await expect(presetEntry('openai', nobody)).rejects.toThrow('--preset openai needs OPENAI_API_KEY to be set.');
    expect(await presetEntry('openai', { ...nobody, environment: { OPENAI_API_KEY: 'sk-1' } })).toEqual({
      transcriber: { engine: 'openai', model: 'gpt-4o-mini-transcribe', stream: true },
      language_model: { engine: 'openai', model: 'gpt-4.1-mini' },
      synthesizer: { engine: 'openai', model: 'gpt-4o-mini-tts' },
    });
  });

  it('takes the language model of its own server, and the rest of any', async () => {
    const entry = await presetEntry('ollama', machine({ ...both, 'http://localhost:1234/v1': ['other'] }));
    expect(entry).toEqual({
      transcriber: { engine: 'openai', base_url: speaches, model: 'whisper' },
      language_model: { engine: 'openai', base_url: 'http://localhost:11434/v1', model: 'qwen3:8b' },
      synthesizer: { engine: 'openai', base_url: speaches, model: 'kokoro', voice: 'af_heart' },
    });
  });

  it.each([
    ['lmstudio', 'http://localhost:1234/v1'],
    ['llamacpp', 'http://localhost:8082/v1'],
    ['llamacpp', 'http://localhost:8080/v1'],
    ['localai', 'http://localhost:8083/v1'],
    ['localai', 'http://localhost:8080/v1'],
    ['vllm', 'http://localhost:8000/v1'],
  ] as const)('%s looks at %s', async (preset, url) => {
    const elsewhere = 'http://localhost:8880/v1';
    const entry = await presetEntry(preset, machine({ ...both, [elsewhere]: ['whisper'], [url]: ['its-own'] }));
    expect(entry.language_model).toEqual({ engine: 'openai', base_url: url, model: 'its-own' });
  });

  it('local takes whatever there is, and named endpoints come first', async () => {
    const gpu = 'http://gpu:9000/v1';
    const entry = await presetEntry('local', machine({ ...both, [gpu]: ['big'] }, [gpu]));
    expect(entry.language_model).toMatchObject({ base_url: gpu, model: 'big' });
  });

  it.each([
    [
      'ollama',
      {},
      'found no language model at http://localhost:11434/v1. Start one: ollama serve, then ollama pull qwen3:8b, or name',
    ],
    ['local', {}, 'found no language model at http://localhost:11434/v1, http://localhost:1234/v1,'],
    ['ollama', { 'http://localhost:11434/v1': ['qwen3:8b'] }, 'found no transcriber at'],
    [
      'ollama',
      { 'http://localhost:11434/v1': ['nomic-embed-text'], [speaches]: ['whisper'] },
      'found no language model at',
    ],
  ] as const)('%s says what is missing and what to do', async (preset: PresetName, models, message) => {
    await expect(presetEntry(preset, machine(models))).rejects.toThrow(`--preset ${preset} ${message}`);
  });
});
