import { describe, expect, it } from 'vitest';
import type { FoundEndpoint } from './ask.ts';
import { choicesFrom } from './choice.ts';

const ollama: FoundEndpoint = {
  name: 'Ollama',
  baseUrl: 'http://localhost:11434/v1',
  models: [
    { id: 'nomic-embed-text', role: null },
    { id: 'qwen3:8b', role: 'language_model' },
  ],
  voices: [],
};
const speaches: FoundEndpoint = {
  name: 'Speaches',
  baseUrl: 'http://localhost:8000/v1',
  models: [
    { id: 'whisper', role: 'transcriber' },
    { id: 'kokoro', role: 'synthesizer' },
  ],
  voices: ['af_bella', 'af_heart'],
};

describe('what a pipeline can be put together from', () => {
  it('is what the endpoints have, then what needs none', () => {
    const { transcribers, languageModels, synthesizers } = choicesFrom({
      endpoints: [ollama, speaches],
      espeak: true,
      openaiKey: false,
    });
    expect(languageModels).toEqual([
      { label: 'qwen3:8b (Ollama)', entry: { engine: 'openai', base_url: ollama.baseUrl, model: 'qwen3:8b' } },
    ]);
    expect(transcribers.map(({ entry }) => entry)).toEqual([
      { engine: 'openai', base_url: speaches.baseUrl, model: 'whisper' },
      'none',
    ]);
    expect(synthesizers.map(({ entry }) => entry)).toEqual([
      { engine: 'openai', base_url: speaches.baseUrl, model: 'kokoro', voice: 'af_heart' },
      'espeak',
      'tone',
    ]);
  });

  it('holds models of OpenAI only where there is a key, and espeak-ng only where it is installed', () => {
    const withKey = choicesFrom({ endpoints: [], espeak: false, openaiKey: true });
    expect(withKey.languageModels.map(({ label }) => label)).toEqual(['gpt-4.1-mini (OpenAI)']);
    expect(withKey.synthesizers.map(({ entry }) => entry)).toEqual([
      { engine: 'openai', model: 'gpt-4o-mini-tts' },
      'tone',
    ]);
    expect(choicesFrom({ endpoints: [], espeak: false, openaiKey: false }).languageModels).toEqual([]);
  });

  it('knows the path of whisper.cpp', () => {
    const endpoint: FoundEndpoint = {
      name: 'whisper.cpp',
      baseUrl: 'http://localhost:8081',
      models: [{ id: 'whisper', role: 'transcriber' }],
      voices: [],
      transcriptionPath: '/inference',
    };
    const [first] = choicesFrom({ endpoints: [endpoint], espeak: false, openaiKey: false }).transcribers;
    expect(first?.entry).toMatchObject({ base_url: 'http://localhost:8081', path: '/inference', language: 'auto' });
  });

  it('asks for files that tell their rate, but of Kokoro', () => {
    const endpoint = (id: string): FoundEndpoint => ({
      name: 'LocalAI',
      baseUrl: 'http://localhost:8080/v1',
      models: [{ id, role: 'synthesizer' }],
      voices: [],
    });
    const entryOf = (id: string) =>
      choicesFrom({ endpoints: [endpoint(id)], espeak: false, openaiKey: false }).synthesizers[0]?.entry;
    expect(entryOf('piper-en')).toMatchObject({ response_format: 'wav' });
    expect(entryOf('kokoro')).toEqual({
      engine: 'openai',
      base_url: 'http://localhost:8080/v1',
      model: 'kokoro',
      voice: 'af_heart',
    });
  });

  it('shows names of a server as they may stand on a terminal, and asks for them as they are', () => {
    const id = 'qwen\x1b[2J\u202e';
    const endpoint: FoundEndpoint = {
      name: 'http://localhost/\x9b',
      baseUrl: 'http://localhost/v1',
      models: [{ id, role: 'language_model' }],
      voices: [],
    };
    const [first] = choicesFrom({ endpoints: [endpoint], espeak: false, openaiKey: false }).languageModels;
    expect(first?.label).toBe('qwen\\u001b[2J\\u202e (http://localhost/\\u009b)');
    expect(first?.entry).toMatchObject({ model: id });
  });
});
