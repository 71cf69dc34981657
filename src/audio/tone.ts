import { msToSamples } from './span.ts';

/** The length of a character when a tone stands in for a voice. */
export const toneMsPerCharacter = 60;

/** −12 dBFS. */
const gentleAmplitude = 8231;

/** What to sound. */
export interface ToneOptions {
  /** Samples per second. */
  readonly sampleRate: number;
  /** How long; whole samples within it are made. */
  readonly ms: number;
  /** Default 400: a whole number of periods in each 60 ms, so that tones of whole characters join without a click. */
  readonly frequencyHz?: number;
  /** Samples of this tone already made: the phase goes on from there. Default 0. */
  readonly startSample?: number;
  /** The largest sample, 0 to 32767. Default 8231, −12 dBFS. */
  readonly amplitude?: number;
}

/**
 * A sine. The same options give the same samples on every engine and machine: it uses only the operations whose
 * rounding IEEE 754 fixes, where `Math.sin` may differ in the last bit.
 */
export function tone({
  sampleRate,
  ms,
  frequencyHz = 400,
  startSample = 0,
  amplitude = gentleAmplitude,
}: ToneOptions): Int16Array {
  const samples = new Int16Array(msToSamples(ms, sampleRate));
  const made = Math.min(samples.length, periodOf(sampleRate, frequencyHz));
  for (let i = 0; i < made; i++) {
    const cycles = (((startSample + i) * frequencyHz) % sampleRate) / sampleRate;
    samples[i] = Math.round(amplitude * sineOfTurn(cycles));
  }
  for (let filled = made; filled < samples.length; filled *= 2) samples.copyWithin(filled, 0, filled);
  return samples;
}

/** Samples after which the wave repeats itself exactly; endless where the frequency is no whole number. */
function periodOf(sampleRate: number, frequencyHz: number): number {
  if (!Number.isInteger(frequencyHz) || frequencyHz <= 0) return Infinity;
  return sampleRate / greatestDivisor(sampleRate, frequencyHz);
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** The sine of a fraction of a full turn, 0 ≤ turn < 1, within 1e-7. */
function sineOfTurn(turn: number): number {
  const half = turn < 0.5 ? turn : turn - 0.5;
  const quarter = half <= 0.25 ? half : 0.5 - half;
  const sine = taylorSine(quarter * 2 * Math.PI);
  return turn < 0.5 ? sine : -sine;
}

/** Six terms of the series in Horner's form: 6e-8 off at a quarter turn, the end of its use. */
function taylorSine(angle: number): number {
  const square = angle * angle;
  let sum = 1;
  for (const product of [110, 72, 42, 20, 6]) sum = 1 - (square / product) * sum;
  return angle * sum;
}
