import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCapture } from './capture.ts';
import { rmsLevel } from './level.ts';
import { int16ToFloat32 } from './pcm16.ts';

const deviceRates = [8_000, 16_000, 44_100, 48_000, 96_000];

function sine(rate: number, seconds: number, hertz = 440): Float32Array {
  return Float32Array.from({ length: rate * seconds }, (_, i) => 0.5 * Math.sin((2 * Math.PI * hertz * i) / rate));
}

describe('capture', () => {
  it('gives frames of one length, and in all as many samples as the time holds', () => {
    const chunks = fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 40 });
    fc.assert(
      fc.property(
        fc.constantFrom(...deviceRates),
        fc.constantFrom(24_000, 8_000),
        chunks,
        (fromRate, toRate, sizes) => {
          const frameSamples = toRate / 50;
          const capture = createCapture({ fromRate, toRate, frameSamples });
          const frames = sizes.flatMap((size) => capture.push(new Float32Array(size)));
          expect(frames.every((frame) => frame.length === frameSamples)).toBe(true);
          const all = [...frames, ...capture.flush()];
          const pushed = sizes.reduce((sum, size) => sum + size, 0);
          expect(all.slice(0, -1).every((frame) => frame.length === frameSamples)).toBe(true);
          expect(all.reduce((sum, frame) => sum + frame.length, 0)).toBe(Math.round((pushed * toRate) / fromRate));
        },
      ),
    );
  });

  it.each(deviceRates)('keeps the sound of a device of %i Hz', (fromRate) => {
    const capture = createCapture({ fromRate, toRate: 24_000, frameSamples: 480 });
    const input = sine(fromRate, 1);
    const output = Int16Array.from(
      Array.from({ length: Math.ceil(input.length / 128) }, (_, i) => input.subarray(i * 128, (i + 1) * 128))
        .flatMap((quantum) => capture.push(quantum))
        .concat(capture.flush())
        .flatMap((frame) => [...frame]),
    );
    const middle = int16ToFloat32(output).subarray(2400, 21_600);
    const expected = sine(24_000, 1).subarray(2400, 21_600);
    expect(Math.max(...middle.map((sample, i) => Math.abs(sample - (expected[i] ?? 0))))).toBeLessThan(1e-4);
    expect(rmsLevel(output)).toBeCloseTo(-9.03, 1);
  });

  it('begins a new stream after its end', () => {
    const capture = createCapture({ fromRate: 48_000, toRate: 8_000, frameSamples: 160 });
    const take = (): number[] => [...capture.push(sine(48_000, 1)), ...capture.flush()].flatMap((frame) => [...frame]);
    expect(take()).toEqual(take());
  });
});
