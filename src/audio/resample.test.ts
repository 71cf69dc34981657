import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createResampler } from './resample.ts';

const rates = [8_000, 16_000, 22_050, 24_000, 44_100, 48_000];
const pairs = rates.flatMap((from) => rates.filter((to) => to !== from).map((to) => [from, to] as const));
const pair = fc.constantFrom(...pairs);

function sine(sampleRate: number, frequencyHz: number, amplitude: number, samples: number): Float32Array {
  return Float32Array.from(
    { length: samples },
    (_, i) => amplitude * Math.sin((2 * Math.PI * frequencyHz * i) / sampleRate),
  );
}

function whole(parts: readonly Float32Array[]): Float32Array {
  return Float32Array.from(parts.flatMap((part) => [...part]));
}

function resampled(from: number, to: number, input: Float32Array): Float32Array {
  const resampler = createResampler(from, to, 'float32');
  return whole([resampler.push(input), resampler.flush()]);
}

/** The mean of squares of what differs from `expected`, away from both ends, in dB below its own. */
function signalToNoise(heard: ArrayLike<number>, expected: ArrayLike<number>, edge: number): number {
  let noise = 0;
  let signal = 0;
  for (let i = edge; i < expected.length - edge; i++) {
    signal += (expected[i] ?? 0) ** 2;
    noise += ((heard[i] ?? 0) - (expected[i] ?? 0)) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}

describe('resampling', () => {
  it.each(pairs)(
    'from %i to %i Hz keeps every sine of the pass band, in place and level, 90 dB above all else',
    (from, to) => {
      const nyquist = Math.min(from, to) / 2;
      for (const part of [0.02, 0.3, 0.6, 0.9]) {
        const heard = resampled(from, to, sine(from, part * nyquist, 0.5, from / 10));
        const expected = sine(to, part * nyquist, 0.5, to / 10);
        expect(heard.length).toBe(expected.length);
        expect(signalToNoise(heard, expected, to / 50)).toBeGreaterThan(90);
      }
    },
  );

  it.each(pairs.filter(([from, to]) => from > to))('from %i to %i Hz lets nothing fold back from above', (from, to) => {
    for (const frequencyHz of [0.5 * to + 1, 0.53 * to, 0.6 * to, 0.9 * to].filter((f) => f < from / 2)) {
      const heard = resampled(from, to, sine(from, frequencyHz, 1, from / 10)).subarray(to / 50, -to / 50);
      const power = heard.reduce((sum, sample) => sum + sample ** 2, 0) / heard.length;
      expect(10 * Math.log10(power / 0.5)).toBeLessThan(-95);
    }
  });

  it.each(pairs)('from %i to %i Hz keeps 16-bit sines 90 dB above all else', (from, to) => {
    const frequencyHz = 0.11 * Math.min(from, to);
    const resampler = createResampler(from, to);
    const input = Int16Array.from(sine(from, frequencyHz, 30_000, from / 10), Math.round);
    const heard = Int16Array.of(...resampler.push(input), ...resampler.flush());
    expect(signalToNoise(heard, sine(to, frequencyHz, 30_000, to / 10), to / 50)).toBeGreaterThan(90);
  });

  it('does not change by a bit however the input is cut', () => {
    const noise = fc.array(fc.integer({ min: -32_768, max: 32_767 }), { minLength: 1, maxLength: 1500 });
    fc.assert(
      fc.property(pair, noise, fc.array(fc.nat(700), { maxLength: 8 }), ([from, to], values, cuts) => {
        const input = Int16Array.from(values);
        const once = createResampler(from, to);
        const often = createResampler(from, to);
        const parts: number[] = [];
        let at = 0;
        for (const cut of cuts) {
          parts.push(...often.push(input.subarray(at, at + cut)));
          at += cut;
        }
        parts.push(...often.push(input.subarray(at)), ...often.flush());
        expect(parts).toEqual([...once.push(input), ...once.flush()]);
      }),
    );
  });

  it('does not change by a bit when input comes sample by sample, or more than a window at once', () => {
    const input = sine(44_100, 997, 0.5, 5_000);
    const single = createResampler(44_100, 16_000, 'float32');
    const parts = Array.from(input, (sample) => single.push(Float32Array.of(sample)));
    expect(whole([...parts, single.flush()])).toEqual(resampled(44_100, 16_000, input));
  });

  it('gives as many samples as the time has, rounded', () => {
    fc.assert(
      fc.property(pair, fc.nat(4000), ([from, to], samples) => {
        expect(resampled(from, to, new Float32Array(samples)).length).toBe(Math.round((samples * to) / from));
      }),
    );
  });

  it.each([
    [24_000, 16_000, 64 * 1.5],
    [16_000, 24_000, 64],
    [8_000, 24_000, 64],
    [48_000, 8_000, 64 * 6],
  ])('from %i to %i Hz looks ahead %i samples', (from, to, reach) => {
    const resampler = createResampler(from, to);
    expect(resampler.push(new Int16Array(reach))).toHaveLength(0);
    expect(resampler.push(new Int16Array(1)).length).toBeGreaterThan(0);
  });

  it('keeps a constant as it is, but for the silence around it', () => {
    for (const [from, to] of pairs) {
      const resampler = createResampler(from, to);
      const heard = [...resampler.push(new Int16Array(from / 10).fill(12_345)), ...resampler.flush()];
      expect(new Set(heard.slice(to / 50, -to / 50))).toEqual(new Set([12_345]));
    }
  });

  it('clips 16-bit samples where the filter overshoots', () => {
    const square = Int16Array.from({ length: 4800 }, (_, i) => (i % 240 < 120 ? 32_767 : -32_768));
    const resampler = createResampler(48_000, 24_000);
    const heard = Int16Array.of(...resampler.push(square), ...resampler.flush());
    expect(Math.max(...heard)).toBe(32_767);
    expect(Math.min(...heard)).toBe(-32_768);
    const middles = [...heard].filter((_, i) => i % 60 >= 10 && i % 60 <= 50);
    expect(Math.min(...middles.map(Math.abs))).toBeGreaterThan(20_000);
    expect(heard.subarray(130, 170).every((sample) => sample > 0)).toBe(true);
    expect(heard.subarray(190, 230).every((sample) => sample < 0)).toBe(true);
  });

  it('begins anew after the end of a stream', () => {
    const resampler = createResampler(24_000, 16_000);
    const input = Int16Array.from({ length: 1000 }, (_, i) => (i * 7919) % 30_000);
    const first = [...resampler.push(input), ...resampler.flush()];
    expect([...resampler.push(input), ...resampler.flush()]).toEqual(first);
    expect(resampler.flush()).toHaveLength(0);
  });

  it('passes samples of the same rate through', () => {
    const resampler = createResampler(24_000, 24_000);
    const input = Int16Array.of(1, 2, 3);
    expect(resampler.push(input)).toBe(input);
    expect(resampler.flush()).toEqual(new Int16Array(0));
  });

  it('takes other rates that are in use', () => {
    const others = [...rates, 11_025, 12_000, 32_000, 96_000];
    for (const from of others) for (const to of others) expect(() => createResampler(from, to)).not.toThrow();
  });

  it.each([
    [0, 16_000],
    [24_000, 0],
    [-8_000, 16_000],
    [22_050.5, 24_000],
    [NaN, 24_000],
    [24_000, Infinity],
    [44_100, 47_999],
  ])('refuses to go from %d to %d Hz', (from, to) => {
    expect(() => createResampler(from, to)).toThrow(RangeError);
  });
});
