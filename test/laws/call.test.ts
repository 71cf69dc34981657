import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { laws } from '../../src/laws/session-laws.ts';
import { programs } from '../../src/testing/arbitraries.ts';
import type { Program } from '../../src/testing/program.ts';
import { repeats } from '../setup/scale.ts';
import { callLaws } from './call-laws.ts';
import { counterexample, type RunLaw, type Sweep, type SweepOptions, sweep } from './sweep.ts';
import { wireLaws } from './wire-laws.ts';
import { type Pace, runOnWire, type WireRun } from './wire-run.ts';

const seed = Number(process.env['ANTIPHON_LAW_SEED'] ?? 20_260_101);
const runs = repeats(5_000);

/** Laws that count the sound of a wire, which a call has none of; the core's are held with media, too (`core.test.ts`). */
const ofSound: ReadonlySet<string> = new Set(['17', '21']);
const ofEvents: readonly RunLaw<WireRun>[] = laws
  .filter(({ number }) => !ofSound.has(number))
  .map(({ number, says, broken }) => ({ number, says, broken: ({ trace }) => broken(trace) }));
const all = [...ofEvents, ...wireLaws, ...callLaws];

const calls = programs(fc, { media: true }).filter(({ hasMedia }) => hasMedia);

describe.each<Pace>(['plain', 'async'])('a session of a call, with %s engines', (pace) => {
  const run = (program: Program) => runOnWire(program, pace);
  const options: SweepOptions<WireRun> = { seed, runs, programs: calls, run, laws: all };
  let found: Sweep;

  beforeAll(async () => {
    found = await sweep(options);
    console.log(`${found.runs} calls, ${pace}: ${found.events} events, seed ${seed}`);
  });

  it.each(all)('keeps law $number: $says', async (law) => {
    const broken = await counterexample(options, found, law);
    if (broken !== null) throw new Error(broken);
  });

  it.each([
    'sound is heard to its end',
    'speech clears what is heard',
    'speech clears sound of a response that is over',
    'a client clears what is heard',
  ] as const)('has met the case: %s', (name) => {
    expect(found.met.get(name)).toBeGreaterThan(0);
  });
});
