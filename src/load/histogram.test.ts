import { describe, expect, it } from 'vitest';
import { Histogram } from './histogram.ts';

describe('a histogram', () => {
  it('keeps every duration to a thousandth, from microseconds to an hour', () => {
    for (const ms of [0, 0.001, 1, 2.047, 2.048, 99.9, 1234.5, 60_000, 3_600_000]) {
      const histogram = new Histogram();
      histogram.record(ms);
      histogram.record(4_000_000);
      expect(Math.abs((histogram.percentile(0.5) ?? Number.NaN) - ms)).toBeLessThanOrEqual(ms / 1000 + 0.001);
    }
  });

  it('tells percentiles of what it holds, and of nothing where it holds nothing', () => {
    const histogram = new Histogram();
    expect([histogram.percentile(0.5), histogram.max]).toEqual([null, null]);
    for (let ms = 1; ms <= 100; ms++) histogram.record(ms);
    expect([0.5, 0.95, 0.99, 1].map((share) => Math.round(histogram.percentile(share) ?? 0))).toEqual([
      50, 95, 99, 100,
    ]);
    expect(histogram.max).toBe(100);
  });

  it('is the same whether it was held in one piece or in several', () => {
    const [whole, one, other] = [new Histogram(), new Histogram(), new Histogram()];
    for (let index = 0; index < 1000; index++) {
      whole.record(index * 1.7);
      (index % 3 === 0 ? one : other).record(index * 1.7);
    }
    one.merge(structuredClone(other.data));
    expect([one.count, one.max]).toEqual([whole.count, whole.max]);
    for (const share of [0.1, 0.5, 0.999]) expect(one.percentile(share)).toBe(whole.percentile(share));
  });
});
