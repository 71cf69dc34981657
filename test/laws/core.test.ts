import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { programs } from '../../src/testing/arbitraries.ts';
import type { Program } from '../../src/testing/program.ts';
import { allOfCore } from './all-laws.ts';
import { type CoreRun, runOnCore } from './core-run.ts';
import { cases } from './coverage.ts';
import { counterexample, type Sweep, type SweepOptions, sweep } from './sweep.ts';

const seed = Number(process.env['ANTIPHON_LAW_SEED'] ?? 20_260_101);
const runs = Number(process.env['ANTIPHON_LAW_RUNS'] ?? 100_000);
/** How many programs must have met each case, in a sweep of the full length. */
const leastMet = 300;

/** Effects that only models know of. */
const hidden = ['follow', 'hand-over', 'end-speech', 'drop-speech', 'expect', 'stop-expecting'] as const;

describe('the core of a session, over random interleavings', () => {
  /** How many programs had each effect of those that no event shows. */
  const had = new Map<string, number>();
  const run = (program: Program): CoreRun => {
    const done = runOnCore(program);
    const kinds = new Set(done.taken.flatMap(({ effects }) => effects.map((effect) => effect.do)));
    for (const kind of kinds) had.set(kind, (had.get(kind) ?? 0) + 1);
    return done;
  };
  const options: SweepOptions<CoreRun> = { seed, runs, programs: programs(fc), run, laws: allOfCore };
  let found: Sweep;

  beforeAll(async () => {
    found = await sweep(options);
    const { seconds, events } = found;
    console.log(`${found.runs} programs, ${events} events, ${seconds.toFixed(1)} s, seed ${seed}`);
    console.log(
      [...found.met, ...hidden.map((kind) => [kind, had.get(kind) ?? 0] as const)]
        .map(([name, count]) => `${String(count).padStart(7)}  ${name}`)
        .join('\n'),
    );
  }, 900_000);

  it.each(allOfCore)('keeps law $number: $says', async (law) => {
    const broken = await counterexample(options, found, law);
    if (broken !== null) throw new Error(broken);
  });

  it.each(cases)('has met the case: %s', (name) => {
    expect(found.met.get(name)).toBeGreaterThanOrEqual((leastMet * runs) / 100_000);
  });

  it.each(hidden)('has met the effect: %s', (kind) => {
    expect(had.get(kind)).toBeGreaterThanOrEqual((leastMet * runs) / 100_000);
  });
});
