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

/** How many samples become one where pieces of speech are compared: enough to know it by, and cheap. */
const coarseness = 6;

function coarse(samples: Int16Array): number[] {
  return Array.from({ length: Math.floor(samples.length / coarseness) }, (_, i) =>
    samples.subarray(i * coarseness, (i + 1) * coarseness).reduce((sum, sample) => sum + sample, 0),
  );
}

export interface Place {
  /** In samples of the sound. */
  readonly at: number;
  /** 1 where both are the same but for loudness. */
  readonly likeness: number;
}

/** Where in a sound a piece of it stands, whatever codecs did to it. */
export function placeIn(sound: Int16Array, piece: Int16Array): Place {
  const [whole, part] = [coarse(sound), coarse(piece)];
  const energy = part.reduce((sum, value) => sum + value * value, 0);
  let best: Place = { at: 0, likeness: -1 };
  for (let at = 0; at + part.length <= whole.length; at++) {
    let [both, own] = [0, 0];
    for (let i = 0; i < part.length; i++) {
      const value = whole[at + i] ?? 0;
      both += value * (part[i] ?? 0);
      own += value * value;
    }
    const alike = energy * own === 0 ? 0 : both / Math.sqrt(energy * own);
    if (alike > best.likeness) best = { at: at * coarseness, likeness: alike };
  }
  return best;
}
