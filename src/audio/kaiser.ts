/** The low-pass filters of the resampler: windowed sinc, cut into phases. */

/** Kaiser's β for a stop band 100 dB down: 0.1102 · (100 − 8.7). */
const beta = 10.06;

/**
 * Zero crossings on each side of the sinc, counted at the lower of both rates. With β this fixes the width of the
 * transition: a tenth of that rate's Nyquist frequency.
 */
const zeroCrossings = 64;

/** The middle of the transition, as a fraction of the lower Nyquist frequency: it ends at Nyquist. */
const cutoff = 0.95;

/** A filter for one pair of rates, reduced to `up` outputs for each `down` inputs. */
export interface PhaseFilter {
  readonly up: number;
  readonly down: number;
  /** Input samples that each output sample needs before its own position, and as many after it. Even. */
  readonly reach: number;
  /** `up` rows of `2 · reach` coefficients, each row summing to 1. */
  readonly rows: Float64Array;
}

/** Makes the filter. Row p holds the coefficients for outputs that lie p / up samples after an input sample. */
export function makePhaseFilter(up: number, down: number): PhaseFilter {
  const stretch = Math.max(1, down / up);
  const reach = 2 * Math.ceil((zeroCrossings * stretch) / 2);
  const rows = new Float64Array(up * 2 * reach);
  for (let phase = 0; phase < up; phase++) {
    fillRow(rows.subarray(phase * 2 * reach, (phase + 1) * 2 * reach), phase / up, reach, stretch);
  }
  return { up, down, reach, rows };
}

function fillRow(row: Float64Array, fraction: number, reach: number, stretch: number): void {
  let sum = 0;
  for (let tap = 0; tap < row.length; tap++) {
    const distance = (tap - reach + 1 - fraction) / stretch;
    const value = sinc(cutoff * distance) * kaiser(distance / zeroCrossings);
    row[tap] = value;
    sum += value;
  }
  for (let tap = 0; tap < row.length; tap++) row[tap] = (row[tap] ?? 0) / sum;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** The window over −1 … 1, not yet scaled. */
function kaiser(position: number): number {
  const inside = 1 - position * position;
  return inside < 0 ? 0 : besselI0(beta * Math.sqrt(inside));
}

/** The modified Bessel function of order zero, by its power series. */
function besselI0(x: number): number {
  const quarter = (x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}
