/**
 * Loudness in dBFS: 0 is the largest magnitude that 16 bits hold (32768), silence is −Infinity. Levels are relative to
 * that magnitude, not to a sine: a full-scale sine has a peak level of 0 and an RMS level of −3.01.
 */

/** The level of the loudest sample. */
export function peakLevel(samples: Int16Array): number {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return 20 * Math.log10(peak / 32768);
}

/** The level of the root mean square; no samples are silence. */
export function rmsLevel(samples: Int16Array): number {
  if (samples.length === 0) return -Infinity;
  let squares = 0;
  for (const sample of samples) squares += sample * sample;
  return 10 * Math.log10(squares / samples.length / 32768 ** 2);
}
