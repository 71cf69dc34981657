import * as fc from 'fast-check';
import { beforeAll, describe, it } from 'vitest';
import { programs } from '../../src/testing/arbitraries.ts';
import { repeats } from '../setup/scale.ts';
import { allOfWire } from './all-laws.ts';
import { counterexample, type Sweep, type SweepOptions, sweep } from './sweep.ts';
import { type Pace, runOnWire, type WireRun } from './wire-run.ts';

const seed = Number(process.env['ANTIPHON_LAW_SEED'] ?? 20_260_101);
const runs = repeats(10_000);

describe.each<Pace>(['plain', 'async'])('a session on a wire, with %s engines', (pace) => {
  const run = (program: Parameters<typeof runOnWire>[0]) => runOnWire(program, pace);
  const options: SweepOptions<WireRun> = { seed, runs, programs: programs(fc, { holds: true }), run, laws: allOfWire };
  let found: Sweep;

  beforeAll(async () => {
    found = await sweep(options);
    console.log(`${found.runs} programs on a wire, ${pace}: ${found.events} events, seed ${seed}`);
  });

  it.each(allOfWire)('keeps law $number: $says', async (law) => {
    const broken = await counterexample(options, found, law);
    if (broken !== null) throw new Error(broken);
  });
});
