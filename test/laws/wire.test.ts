import * as fc from 'fast-check';
import { beforeAll, describe, it } from 'vitest';
import { programs } from '../../src/testing/arbitraries.ts';
import { allOfWire } from './all-laws.ts';
import { counterexample, type Sweep, type SweepOptions, sweep } from './sweep.ts';
import { type Pace, runOnWire, type WireRun } from './wire-run.ts';

const seed = Number(process.env['ANTIPHON_LAW_SEED'] ?? 20_260_101);
const runs = Number(process.env['ANTIPHON_WIRE_RUNS'] ?? 1_000);

describe.each<Pace>(['plain', 'async'])('a session on a wire, with %s engines', (pace) => {
  const run = (program: Parameters<typeof runOnWire>[0]) => runOnWire(program, pace);
  const options: SweepOptions<WireRun> = { seed, runs, programs: programs(fc, { holds: true }), run, laws: allOfWire };
  let found: Sweep;

  beforeAll(async () => {
    found = await sweep(options);
    const { seconds, events } = found;
    console.log(`${found.runs} programs on a wire, ${pace}: ${events} events, ${seconds.toFixed(1)} s, seed ${seed}`);
  }, 900_000);

  it.each(allOfWire)('keeps law $number: $says', async (law) => {
    const broken = await counterexample(options, found, law);
    if (broken !== null) throw new Error(broken);
  });
});
