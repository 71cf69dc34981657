import { describe, expect, it } from 'vitest';
import { toneSpeech } from './tone-speech.ts';

describe('toneSpeech', () => {
  it.each([24_000, 8_000])(
    'takes 60 ms a character at %i Hz, spaces included, whatever the character',
    (sampleRate) => {
      expect(toneSpeech('hi 😀', sampleRate).samples.length).toBe((4 * 60 * sampleRate) / 1000);
    },
  );

  it.each([24_000, 8_000])('goes on in phase from text to text at %i Hz', (sampleRate) => {
    const parts = ['he', 'l', 'lo'].flatMap((text) => Array.from(toneSpeech(text, sampleRate).samples));
    expect(parts).toEqual(Array.from(toneSpeech('hello', sampleRate).samples));
    expect(Math.max(...parts)).toBeGreaterThan(1000);
  });
});
