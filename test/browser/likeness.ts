import { rmsLevel } from '../../src/audio/index.ts';

/** The level of each 20 ms. */
export function envelope(samples: Int16Array, rate: number): number[] {
  const window = rate / 50;
  return Array.from({ length: Math.floor(samples.length / window) }, (_, i) =>
    Math.max(-70, rmsLevel(samples.subarray(i * window, (i + 1) * window))),
  );
}

/** How alike two envelopes are at the best shift, 1 being the same but for loudness. */
export function likeness(a: readonly number[], b: readonly number[]): number {
  const shifts = Math.max(0, a.length - b.length);
  return Math.max(
    ...Array.from({ length: shifts + 1 }, (_, shift) => correlation(a.slice(shift, shift + b.length), b)),
  );
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const length = Math.min(a.length, b.length);
  const mean = (values: readonly number[]): number => values.slice(0, length).reduce((x, y) => x + y, 0) / length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < length; i++) {
    const [x, y] = [(a[i] ?? 0) - meanA, (b[i] ?? 0) - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa * bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}
