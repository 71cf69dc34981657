import { describe, expect, it } from 'vitest';
import { peakLevel, rmsLevel } from './level.ts';
import { tone } from './tone.ts';

describe('level', () => {
  it('is 0 dBFS at the greatest magnitude', () => {
    expect(peakLevel(Int16Array.of(3, -32_768, 5))).toBe(0);
    expect(rmsLevel(Int16Array.of(-32_768, -32_768))).toBe(0);
  });

  it('falls by 6.02 dB when samples are halved', () => {
    expect(peakLevel(Int16Array.of(-16_384))).toBeCloseTo(-6.0206, 4);
    expect(rmsLevel(Int16Array.of(16_384, -16_384))).toBeCloseTo(-6.0206, 4);
  });

  it('puts the RMS of a sine 3.01 dB below its peak', () => {
    const sine = tone({ sampleRate: 24_000, ms: 1000, amplitude: 32_000 });
    expect(peakLevel(sine) - rmsLevel(sine)).toBeCloseTo(3.0103, 3);
  });

  it('is minus infinity for silence and for nothing', () => {
    for (const level of [peakLevel, rmsLevel]) {
      expect(level(new Int16Array(10))).toBe(-Infinity);
      expect(level(new Int16Array(0))).toBe(-Infinity);
    }
  });
});
