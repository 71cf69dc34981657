import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkServerEvent } from '../../src/protocol/parse.ts';
import { programs } from '../../src/testing/arbitraries.ts';
import { laws } from '../../src/testing/laws/session-laws.ts';
import { coreLaws } from './core-laws.ts';
import { type CoreRun, runOnCore } from './core-run.ts';
import { cases } from './coverage.ts';
import { counterexample, type RunLaw, type Sweep, type SweepOptions, sweep } from './sweep.ts';

const seed = Number(process.env['ANTIPHON_LAW_SEED'] ?? 20_260_101);
const runs = Number(process.env['ANTIPHON_LAW_RUNS'] ?? 100_000);
/** How many programs must have met each case, in a sweep of the full length. */
const leastMet = 300;

/** Every event of the session passes the check that a client of ours would put it to. */
const eventsAreValid: RunLaw<CoreRun> = {
  number: '30, shape',
  says: 'every event has the shape that the API gives it',
  broken({ trace }) {
    for (const { event } of trace.events) {
      const checked = checkServerEvent(event);
      if (!checked.ok) return `${JSON.stringify(event)}: ${checked.error.message}`;
    }
    return null;
  },
};

const all: readonly RunLaw<CoreRun>[] = [
  ...laws.map(({ number, says, broken }) => ({ number, says, broken: ({ trace }: CoreRun) => broken(trace) })),
  ...coreLaws,
  eventsAreValid,
];

describe('the core of a session, over random interleavings', () => {
  const options: SweepOptions<CoreRun> = { seed, runs, programs: programs(fc), run: runOnCore, laws: all };
  let found: Sweep;

  beforeAll(() => {
    found = sweep(options);
    const { seconds, events } = found;
    console.log(`${found.runs} programs, ${events} events, ${seconds.toFixed(1)} s, seed ${seed}`);
    console.log([...found.met].map(([name, count]) => `${String(count).padStart(7)}  ${name}`).join('\n'));
  }, 900_000);

  it.each(all)('keeps law $number: $says', (law) => {
    const broken = counterexample(options, found, law);
    if (broken !== null) expect.fail(broken);
  });

  it.each(cases)('has met the case: %s', (name) => {
    expect(found.met.get(name)).toBeGreaterThanOrEqual((leastMet * runs) / 100_000);
  });
});
