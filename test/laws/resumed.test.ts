import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { programs } from '../../src/testing/arbitraries.ts';
import type { Program } from '../../src/testing/program.ts';
import { repeats } from '../setup/scale.ts';
import { allOfWire } from './all-laws.ts';
import { CutClient, type Cuts } from './cut-client.ts';
import { counterexample, type RunLaw, type Sweep, type SweepOptions, sweep } from './sweep.ts';
import { type Pace, runOnWire, type WireRun } from './wire-run.ts';

const seed = Number(process.env['ANTIPHON_LAW_SEED'] ?? 20_260_101);
const runs = repeats(1_000);

interface CutRun extends WireRun {
  readonly cuts: Cuts;
}

/** Each time the client stops reading its connection is lost, and it comes back. */
async function runWithCuts(program: Program, pace: Pace): Promise<CutRun> {
  let cuts: CutClient | null = null;
  const run = await runOnWire(program, pace, (clock, modelName) => {
    cuts = new CutClient(clock, modelName, { firstReturn: program.steps.length });
    return cuts;
  });
  if (cuts === null) throw new Error('Nobody connected.');
  return { ...run, cuts };
}

const laws: readonly RunLaw<CutRun>[] = [
  // Who is away when its session ends is not told.
  ...allOfWire.map((law): RunLaw<CutRun> => ({ ...law, broken: (run) => (run.cuts.isLost ? null : law.broken(run)) })),
  {
    number: 'resumed',
    says: 'who comes back is told what it missed, to the byte, or else every item once and in order',
    broken: ({ cuts }) => cuts.wrong[0] ?? null,
  },
  {
    number: 'resumed, ids',
    says: 'no event id comes twice',
    broken({ trace }) {
      const ids = trace.events.map(({ event }) => ('event_id' in event ? event.event_id : ''));
      return new Set(ids).size === ids.length ? null : 'an event id has come twice';
    },
  },
];

describe.each<Pace>(['plain', 'async'])('a session whose connections are cut, with %s engines', (pace) => {
  const met = { continued: 0, restored: 0, missed: 0, lost: 0 };
  const options: SweepOptions<CutRun> = {
    seed,
    runs,
    programs: programs(fc, { holds: true }),
    run: (program) => runWithCuts(program, pace),
    laws,
  };
  let found: Sweep;

  beforeAll(async () => {
    const counted = async (program: Program): Promise<CutRun> => {
      const run = await options.run(program);
      met.continued += run.cuts.continued;
      met.restored += run.cuts.restored;
      met.missed += run.cuts.missed;
      met.lost += run.cuts.isLost ? 1 : 0;
      return run;
    };
    found = await sweep({ ...options, run: counted });
    console.log(`${found.runs} programs with cuts, ${pace}: ${JSON.stringify(met)}, seed ${seed}`);
  });

  it.each(laws)('keeps law $number as if there had been one connection: $says', async (law) => {
    const broken = await counterexample(options, found, law);
    if (broken !== null) throw new Error(broken);
  });

  it('comes back often enough, to what it missed and to all of it again', () => {
    expect(Math.min(met.continued, met.restored, met.missed)).toBeGreaterThan(runs / 10);
    expect(met.lost).toBeLessThan(runs / 2);
  });
});
