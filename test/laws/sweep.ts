import * as fc from 'fast-check';
import { printTrace, type Trace } from '../../src/laws/trace.ts';
import type { Program } from '../../src/testing/program.ts';
import { type Case, cases, casesIn } from './coverage.ts';

/** A law over whatever a run leaves behind. */
export interface RunLaw<Run> {
  readonly number: string;
  readonly says: string;
  broken(run: Run): string | null;
}

/** Where a law was first broken. */
interface Breach {
  readonly run: number;
  readonly what: string;
}

/** Many programs run once each, and held to all laws. */
export interface Sweep {
  readonly seed: number;
  readonly runs: number;
  readonly events: number;
  /** How many programs met each case. */
  readonly met: ReadonlyMap<Case, number>;
  readonly breaches: ReadonlyMap<string, Breach>;
}

export interface SweepOptions<Run extends { readonly trace: Trace }> {
  readonly seed: number;
  readonly runs: number;
  readonly programs: fc.Arbitrary<Program>;
  readonly run: (program: Program) => Run | Promise<Run>;
  readonly laws: readonly RunLaw<Run>[];
}

/** Runs the programs. Each is run once, whatever the number of laws. */
export async function sweep<Run extends { readonly trace: Trace }>(options: SweepOptions<Run>): Promise<Sweep> {
  const { seed, runs: numRuns, programs, run, laws } = options;
  const met = new Map<Case, number>(cases.map((name) => [name, 0]));
  const breaches = new Map<string, Breach>();
  let runs = 0;
  let events = 0;
  const property = fc.asyncProperty(programs, async (program) => {
    const done = await run(program);
    for (const law of laws) {
      const what = breaches.has(law.number) ? null : law.broken(done);
      if (what !== null) breaches.set(law.number, { run: runs, what });
    }
    for (const name of casesIn(done.trace)) met.set(name, (met.get(name) ?? 0) + 1);
    events += done.trace.events.length;
    runs += 1;
  });
  await fc.assert(property, { seed, numRuns });
  return { seed, runs, events, met, breaches };
}

/** The smallest program that breaks the law, as a failure's message; null where the sweep found none. */
export async function counterexample<Run extends { readonly trace: Trace }>(
  options: SweepOptions<Run>,
  found: Sweep,
  law: RunLaw<Run>,
): Promise<string | null> {
  const breach = found.breaches.get(law.number);
  if (breach === undefined) return null;
  const { seed, programs, run } = options;
  const property = fc.asyncProperty(programs, async (program) => law.broken(await run(program)) === null);
  const shrunk = await fc.check(property, { seed, path: String(breach.run), numRuns: 1 });
  const [program] = shrunk.counterexample ?? [];
  if (program === undefined) return `law ${law.number} broken by run ${breach.run} of seed ${seed}: ${breach.what}`;
  const done = await run(program);
  return [
    `law ${law.number} (${law.says}) is broken: ${law.broken(done)}`,
    `replay: seed ${seed}, path ${shrunk.counterexamplePath}`,
    JSON.stringify(program),
    printTrace(done.trace),
  ].join('\n');
}
