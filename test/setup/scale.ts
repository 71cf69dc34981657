/**
 * How much is run of what only repeats, such as fuzzing, sweeps and soaks: `ANTIPHON_TEST_SCALE`. 1 unless set, 2 in
 * `.ci/run`, 10 in `npm run soak`.
 */
export const testScale = scaleOf(process.env['ANTIPHON_TEST_SCALE'] ?? '1');

/** How often to repeat what is repeated so many times at the scale 10. */
export function repeats(atScaleTen: number): number {
  return Math.ceil((atScaleTen * testScale) / 10);
}

/** Of what is tried in many places, each `n`th at the scale 1, more of them at higher scales, and all from the scale `n` on. */
export function eachNth<T>(all: readonly T[], n: number): readonly T[] {
  return all.filter((_, nth) => nth % Math.max(1, Math.round(n / testScale)) === 0);
}

function scaleOf(text: string): number {
  const scale = Number(text);
  if (!(scale > 0)) throw new Error(`ANTIPHON_TEST_SCALE must be a number above 0, not ${text}`);
  return scale;
}
