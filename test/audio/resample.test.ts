import LibSampleRate from '@alexanderolsen/libsamplerate-js';
import { describe, expect, it } from 'vitest';
import { createResampler } from '../../src/audio/index.ts';

const pairs = [
  [24_000, 16_000],
  [22_050, 24_000],
  [8_000, 24_000],
  [24_000, 8_000],
  [44_100, 16_000],
  [48_000, 24_000],
] as const;

/** Like a vowel: a gliding fundamental with harmonics up to `highestHz`, rising and falling in loudness. */
function vowel(sampleRate: number, seconds: number, highestHz: number): Float32Array {
  return Float32Array.from({ length: sampleRate * seconds }, (_, i) => {
    const t = i / sampleRate;
    let sum = 0;
    for (let n = 1; n * 180 < highestHz; n++) sum += Math.sin(n * 2 * Math.PI * (120 * t + 30 * t * t)) / n;
    return 0.25 * sum * Math.sin(Math.PI * Math.min(1, t / seconds)) ** 2;
  });
}

function ours(from: number, to: number, input: Float32Array): Float32Array {
  const resampler = createResampler(from, to, 'float32');
  return Float32Array.of(...resampler.push(input), ...resampler.flush());
}

async function theirs(from: number, to: number, input: Float32Array): Promise<Float32Array> {
  const converterType = LibSampleRate.ConverterType.SRC_SINC_BEST_QUALITY;
  const oracle = await LibSampleRate.create(1, from, to, { converterType });
  const output = oracle.simple(input).slice();
  oracle.destroy();
  return output;
}

/** How far two signals are apart, in dB relative to the first, away from the ends. */
function difference(a: Float32Array, b: Float32Array, edge: number): number {
  let power = 0;
  let apart = 0;
  for (let i = edge; i < Math.min(a.length, b.length) - edge; i++) {
    power += (a[i] ?? 0) ** 2;
    apart += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  }
  return 10 * Math.log10(apart / power);
}

describe('resampling against libsamplerate at its best quality', () => {
  it.each(pairs)('hears the same speech from %i to %i Hz, at the same time, to 90 dB', async (from, to) => {
    const input = vowel(from, 0.5, 0.42 * Math.min(from, to));
    const a = ours(from, to, input);
    const b = await theirs(from, to, input);
    expect(Math.abs(a.length - b.length)).toBeLessThanOrEqual(1);
    expect(difference(a, b, to / 50)).toBeLessThan(-90);
  });
});
