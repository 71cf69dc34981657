import { describe, expect, it } from 'vitest';
import { toneSpeech } from './tone-speech.ts';

describe('toneSpeech', () => {
  it.each([24_000, 8_000])(
    'takes 60 ms a character at %i Hz, spaces included, whatever the character',
    (sampleRate) => {
      expect(toneSpeech(sampleRate)('hi 😀').samples.length).toBe((4 * 60 * sampleRate) / 1000);
    },
  );

  it('makes the same samples of the same text', () => {
    expect(toneSpeech(24_000)('hello')).toEqual(toneSpeech(24_000)('hello'));
  });

  it('goes on in phase from text to text', () => {
    const inParts = toneSpeech(8_000);
    const parts = ['he', 'l', 'lo'].flatMap((text) => [...inParts(text).samples]);
    expect(parts).toEqual([...toneSpeech(8_000)('hello').samples]);
    expect(Math.max(...parts)).toBeGreaterThan(1000);
  });
});
