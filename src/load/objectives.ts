import { type LatencyName, latencyNames, type Tally } from './tally.ts';

const percentiles = { p50: 0.5, p95: 0.95, p99: 0.99, max: 1 } as const;
/** What is told of each latency. */
export type Percentile = keyof typeof percentiles;
export const percentileNames: readonly Percentile[] = ['p50', 'p95', 'p99', 'max'];

/** Something that is to stay below a bound. */
export interface Objective {
  /** As it was written. */
  readonly text: string;
  readonly below: number;
  /** What was measured; null where there was nothing to measure. */
  readonly measure: (tally: Tally) => number | null;
}

/** An objective and what became of it. */
export interface Outcome {
  readonly text: string;
  readonly value: number | null;
  readonly isMet: boolean;
}

/** An objective that makes no sense; the message says what would. */
export class ObjectiveError extends Error {
  override readonly name = 'ObjectiveError';
}

/**
 * Reads `first_audio.p95<1200,errors<0.1%`: latencies in milliseconds, `errors` as a share of all sessions and turns (`0.1%`, or
 * `0.001`), `starved` in milliseconds of a minute of sound.
 *
 * @throws {ObjectiveError} where one of them is none.
 */
export function parseObjectives(text: string): readonly Objective[] {
  return text.split(',').map((each) => objectiveIn(each.trim()));
}

function objectiveIn(text: string): Objective {
  const [, metric = '', percentile, bound = '', percent] =
    /^([a-z_]+)(?:\.([a-z0-9]+))?\s*<\s*(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  const below = Number(bound) / (percent === '%' ? 100 : 1);
  const name = latencyNames.find((known) => known === metric);
  const isPercentile = percentile !== undefined && isName(percentile);
  if (name !== undefined && isPercentile && percent === '') {
    return { text, below, measure: (tally) => percentileOf(tally, name, percentile) };
  }
  if (metric === 'errors' && percentile === undefined) return { text, below, measure: (tally) => tally.failedShare };
  if (metric === 'starved' && percentile === undefined && percent === '') {
    return { text, below, measure: (tally) => tally.starvedPerMinute };
  }
  throw new ObjectiveError(
    `"${text}" is no objective such as first_audio.p95<1200, errors<0.1% or starved<50. There are ${latencyNames.join(', ')}, each with ${percentileNames.join(', ')}.`,
  );
}

function isName(text: string): text is Percentile {
  return Object.hasOwn(percentiles, text);
}

/** A percentile of a latency in milliseconds; null where nothing was measured. */
export function percentileOf(tally: Tally, name: LatencyName, percentile: Percentile): number | null {
  const latencies = tally.latencies.get(name);
  return percentile === 'max' ? (latencies?.max ?? null) : (latencies?.percentile(percentiles[percentile]) ?? null);
}

/** What became of objectives. What could not be measured is not met. */
export function outcomesOf(objectives: readonly Objective[], tally: Tally): readonly Outcome[] {
  return objectives.map(({ text, below, measure }) => {
    const value = measure(tally);
    return { text, value, isMet: value !== null && value < below };
  });
}
