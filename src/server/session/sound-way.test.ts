import { describe, expect, it } from 'vitest';
import { codedWay } from './sound-way.ts';

/** Samples at 24 kHz for each byte of a telephone's sound. */
const samplesPerByte = 3;

describe('what a model says in PCM to a telephone', () => {
  it.each([1, 2, 3, 479, 480, 481, 24_001, 24_002])('is no shorter there than it was said: %i samples', (samples) => {
    const speech = codedWay('audio/pcmu').speech('audio/pcm');
    const bytes = speech.push(new Uint8Array(samples * 2)).length + speech.flush().length;
    expect(bytes * samplesPerByte).toBeGreaterThanOrEqual(samples);
    expect(bytes * samplesPerByte - samples).toBeLessThan(samplesPerByte);
  });
});
