/** One thing to be timed, once for each call. What it returns is used. */
export type Work = () => unknown;

const ROUNDS = 21;
const ROUND_MS = 12;

/** Where results go, so that none can be left out as unused. */
const kept: { last?: unknown } = {};

/**
 * Prints how many times as fast `ours` is as `baseline`, and returns it. Both are warmed up, then run in turn for many
 * short rounds; the figure is the median of the rounds' ratios, so that a busy machine slows both alike.
 */
export function ratio(name: string, ours: Work, baseline: Work): number {
  const count = Math.max(countFor(ours), countFor(baseline));
  const rounds = Array.from({ length: ROUNDS }, (_, round) => {
    const oursFirst = round % 2 === 0;
    const first = nanosecondsOf(oursFirst ? ours : baseline, count);
    const second = nanosecondsOf(oursFirst ? baseline : ours, count);
    return oursFirst ? { ours: first, baseline: second } : { ours: second, baseline: first };
  });
  const result = median(rounds.map((round) => round.baseline / round.ours));
  const each = median(rounds.map((round) => round.ours)) / count;
  console.log(`${name.padEnd(48)} ${result.toFixed(2).padStart(6)} ×   ${each.toFixed(0).padStart(7)} ns`);
  return result;
}

/** Warms the work up, and finds how often it runs in one round. */
function countFor(work: Work): number {
  let count = 64;
  while (nanosecondsOf(work, count) < ROUND_MS * 1e6) count *= 2;
  return count;
}

function nanosecondsOf(work: Work, count: number): number {
  const start = process.hrtime.bigint();
  for (let run = 0; run < count; run += 1) keep(work());
  return Number(process.hrtime.bigint() - start);
}

function keep(result: unknown): void {
  // Reading a character makes the engine write a joined string out in full, as sending it would.
  kept.last = typeof result === 'string' ? result.charCodeAt(result.length - 1) : result;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
