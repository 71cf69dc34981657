import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { programs } from '../../src/testing/arbitraries.ts';
import type { Program } from '../../src/testing/program.ts';
import { repeats } from '../setup/scale.ts';
import { allOfCore } from './all-laws.ts';
import { type CoreRun, runOnCore } from './core-run.ts';
import { cases } from './coverage.ts';
import { counterexample, type Sweep, type SweepOptions, sweep } from './sweep.ts';

const seed = Number(process.env['ANTIPHON_LAW_SEED'] ?? 20_260_101);
const runs = repeats(100_000);
/**
 * How many programs must have met each case: 300 of 100,000. A shorter sweep, in which chance counts for more, must have
 * met half of its share.
 */
const leastMet = (300 * runs) / (runs < 100_000 ? 200_000 : 100_000);

/** Effects that only models know of. */
const hidden = ['stream-speech', 'hand-over', 'end-speech', 'drop-speech', 'preempt', 'stop-preempting'] as const;

describe('the core of a session, over random interleavings', () => {
  /** How many programs had each effect of those that no event shows. */
  const had = new Map<string, number>();
  const run = (program: Program): CoreRun => {
    const done = runOnCore(program);
    const kinds = new Set(done.taken.flatMap(({ effects }) => effects.map((effect) => effect.do)));
    for (const kind of kinds) had.set(kind, (had.get(kind) ?? 0) + 1);
    return done;
  };
  const options: SweepOptions<CoreRun> = { seed, runs, programs: programs(fc, { media: true }), run, laws: allOfCore };
  let found: Sweep;

  beforeAll(async () => {
    found = await sweep(options);
    console.log(`${found.runs} programs, ${found.events} events, seed ${seed}`);
    console.log(
      [...found.met, ...hidden.map((kind) => [kind, had.get(kind) ?? 0] as const)]
        .map(([name, count]) => `${String(count).padStart(7)}  ${name}`)
        .join('\n'),
    );
  });

  it.each(allOfCore)('keeps law $number: $says', async (law) => {
    const broken = await counterexample(options, found, law);
    if (broken !== null) throw new Error(broken);
  });

  it.each(cases)('has met the case: %s', (name) => {
    expect(found.met.get(name)).toBeGreaterThanOrEqual(leastMet);
  });

  it.each(hidden)('has met the effect: %s', (kind) => {
    expect(had.get(kind)).toBeGreaterThanOrEqual(leastMet);
  });
});
