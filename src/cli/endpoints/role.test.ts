import { describe, expect, it } from 'vitest';
import { roleOf } from './role.ts';

describe('what a model is good for', () => {
  it.each([
    ['whisper-1', 'transcriber'],
    ['Systran/faster-whisper-large-v3', 'transcriber'],
    ['gpt-4o-mini-transcribe', 'transcriber'],
    ['nvidia/parakeet-tdt-0.6b-v2', 'transcriber'],
    ['kokoro', 'synthesizer'],
    ['tts-1-hd', 'synthesizer'],
    ['gpt-4o-mini-tts', 'synthesizer'],
    ['speaches-ai/piper-en_US-amy-low', 'synthesizer'],
    ['qwen3:8b', 'language_model'],
    ['gpt-4.1-mini', 'language_model'],
    ['llama-3.2-3b-instruct', 'language_model'],
    ['nomic-embed-text:latest', null],
    ['text-embedding-3-small', null],
    ['bge-reranker-v2-m3', null],
    ['gpt-image-1', null],
  ] as const)('is told from its name: %s', (id, role) => {
    expect(roleOf(id)).toBe(role);
  });

  it('is told rather by its server', () => {
    expect(roleOf('my-model', 'automatic-speech-recognition')).toBe('transcriber');
    expect(roleOf('whisper-talks', 'text-to-speech')).toBe('synthesizer');
    expect(roleOf('silero', 'voice-activity-detection')).toBeNull();
  });
});
