import { describe, expect, it } from 'vitest';
import { addResponseUsage, addTranscriptionUsage, noUsage, totalOf } from './usage.ts';

const response = {
  total_tokens: 300,
  input_tokens: 200,
  output_tokens: 100,
  input_token_details: {
    text_tokens: 120,
    audio_tokens: 80,
    image_tokens: 0,
    cached_tokens: 90,
    cached_tokens_details: { text_tokens: 60, audio_tokens: 30, image_tokens: 0 },
  },
  output_token_details: { text_tokens: 20, audio_tokens: 80 },
};

describe('usage', () => {
  it('adds up by what the tokens stand for, cached ones apart', () => {
    const usage = addResponseUsage(addResponseUsage(noUsage, response), response);
    expect(usage).toMatchObject({
      responses: 2,
      input: { text: 240, audio: 160, image: 0, other: 0 },
      cached: { text: 120, audio: 60, image: 0, other: 0 },
      output: { text: 40, audio: 160, other: 0 },
    });
    expect(totalOf(usage.input) + totalOf(usage.output)).toBe(600);
  });

  it('counts tokens that nobody split up as others', () => {
    const usage = addResponseUsage(noUsage, {
      input_tokens: 10,
      output_tokens: 5,
      input_token_details: { text_tokens: 4, cached_tokens: 3 },
    });
    expect(usage.input).toEqual({ text: 4, audio: 0, image: 0, other: 6 });
    expect(usage.cached).toEqual({ text: 0, audio: 0, image: 0, other: 3 });
    expect(usage.output).toEqual({ text: 0, audio: 0, image: 0, other: 5 });
  });

  it('counts transcription apart, by token or by length', () => {
    const tokens = {
      type: 'tokens',
      total_tokens: 16,
      input_tokens: 12,
      output_tokens: 4,
      input_token_details: { audio_tokens: 12 },
    } as const;
    const usage = addTranscriptionUsage(addTranscriptionUsage(noUsage, tokens), { type: 'duration', seconds: 2.5 });
    expect(usage.transcription).toEqual({ input: { text: 0, audio: 12, image: 0, other: 0 }, output: 4, seconds: 2.5 });
    expect(totalOf(usage.input)).toBe(0);
  });

  it('changes nothing where nothing is told', () => {
    expect(addResponseUsage(noUsage, null)).toBe(noUsage);
    expect(addTranscriptionUsage(noUsage, undefined)).toBe(noUsage);
    expect(addResponseUsage(noUsage, { input_tokens: Number.NaN, output_tokens: -3 })).toEqual({
      ...noUsage,
      responses: 1,
    });
  });
});
