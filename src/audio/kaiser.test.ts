import { describe, expect, it } from 'vitest';
import { makePhaseFilter } from './kaiser.ts';

describe('the filter of the resampler', () => {
  it.each([
    [2, 3],
    [160, 147],
    [1, 6],
    [3, 1],
  ])('for %i outputs from %i inputs has rows that sum to 1', (up, down) => {
    const { rows, reach } = makePhaseFilter(up, down);
    expect(rows).toHaveLength(up * 2 * reach);
    for (let phase = 0; phase < up; phase++) {
      const row = rows.subarray(phase * 2 * reach, (phase + 1) * 2 * reach);
      expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
    }
  });

  it('reaches 64 samples of the lower rate to each side', () => {
    expect(makePhaseFilter(3, 1).reach).toBe(64);
    expect(makePhaseFilter(2, 3).reach).toBe(96);
  });

  it('is the same seen from either side', () => {
    const { rows, reach } = makePhaseFilter(3, 2);
    const width = 2 * reach;
    const first = rows.subarray(width, 2 * width);
    const last = rows.subarray(2 * width, 3 * width).toReversed();
    first.forEach((value, i) => expect(value).toBeCloseTo(last[i] ?? NaN, 14));
  });
});
