import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { audioFormats } from './format.ts';
import { byteCount, bytesToExactMs, bytesToMs, msToBytes, msToSamples, sampleCount, samplesToMs } from './span.ts';

const hourMs = 3_600_000;
const rate = fc.constantFrom(8_000, 16_000, 22_050, 24_000, 44_100, 48_000);

describe('spans', () => {
  it.each([
    ['audio/pcm', 48],
    ['audio/pcmu', 8],
    ['audio/pcma', 8],
  ] as const)('%s has %i bytes in a millisecond', (format, bytes) => {
    expect(bytesToMs(bytes, format)).toBe(1);
    expect(msToBytes(1, format)).toBe(bytes);
    expect(bytesToMs(bytes * hourMs, format)).toBe(hourMs);
    expect(msToBytes(hourMs, format)).toBe(bytes * hourMs);
  });

  it('round a length up to whole milliseconds, so that truncation at the end of the sound is in it', () => {
    expect(bytesToMs(0, 'audio/pcm')).toBe(0);
    expect(bytesToMs(2, 'audio/pcm')).toBe(1);
    expect(bytesToMs(50, 'audio/pcm')).toBe(2);
    expect(bytesToMs(9, 'audio/pcmu')).toBe(2);
  });

  it('do not count half a sample', () => {
    expect(bytesToMs(1, 'audio/pcm')).toBe(0);
    expect(bytesToMs(49, 'audio/pcm')).toBe(1);
    expect(sampleCount(49, 'audio/pcm')).toBe(24);
  });

  it('round a position down to whole samples', () => {
    expect(msToSamples(1, 22_050)).toBe(22);
    expect(msToSamples(1.99, 8_000)).toBe(15);
    expect(msToBytes(0.03, 'audio/pcm')).toBe(0);
  });

  it('say the fraction of a length where it is asked for', () => {
    expect(bytesToExactMs(100, 'audio/pcm')).toBeCloseTo(2.0833, 4);
    expect(bytesToExactMs(4, 'audio/pcma')).toBe(0.5);
  });

  it('never lose a sample on the way to milliseconds and back, within two hours', () => {
    fc.assert(
      fc.property(rate, fc.nat(48_000 * 7200), (sampleRate, samples) => {
        expect(msToSamples(samplesToMs(samples, sampleRate), sampleRate)).toBeGreaterThanOrEqual(samples);
        expect(msToSamples(samplesToMs(samples, sampleRate) - 1, sampleRate)).toBeLessThan(Math.max(samples, 1));
      }),
    );
  });

  it('give whole milliseconds back, within two hours', () => {
    fc.assert(
      fc.property(rate, fc.nat(2 * hourMs), (sampleRate, ms) => {
        expect(samplesToMs(msToSamples(ms, sampleRate), sampleRate)).toBe(ms);
      }),
    );
  });

  it('give samples back from bytes', () => {
    fc.assert(
      fc.property(fc.constantFrom('audio/pcm', 'audio/pcmu', 'audio/pcma'), fc.nat(1e9), (format, samples) => {
        expect(sampleCount(byteCount(samples, format), format)).toBe(samples);
        expect(bytesToExactMs(byteCount(samples, format), format)).toBeCloseTo(
          (samples / audioFormats[format].sampleRate) * 1000,
          6,
        );
      }),
    );
  });
});
