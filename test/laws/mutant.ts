import * as fc from 'fast-check';
import { programs } from '../../src/testing/arbitraries.ts';
import type { Program } from '../../src/testing/program.ts';
import { allOfCore, allOfWire } from './all-laws.ts';
import { runOnCore } from './core-run.ts';
import type { RunLaw } from './sweep.ts';
import { runOnWire } from './wire-run.ts';

/**
 * A program of its own: holds the sources beside it to one law, and exits with 1 once it is broken, or a run throws.
 * Arguments: the law's number, how many programs to run on the core, how many on a wire.
 */
const [wanted, coreRuns, wireRuns] = process.argv.slice(2);
const seed = 20_260_101;

async function isBroken<Run>(
  numRuns: number,
  made: fc.Arbitrary<Program>,
  run: (program: Program) => Run | Promise<Run>,
  laws: readonly RunLaw<Run>[],
): Promise<boolean> {
  const law = laws.find(({ number }) => number === wanted);
  if (law === undefined) return false;
  const property = fc.asyncProperty(made, async (program) => law.broken(await run(program)) === null);
  const { failed } = await fc.check(property, { seed, numRuns, endOnFailure: true });
  return failed;
}

const broken =
  (await isBroken(Number(coreRuns), programs(fc), runOnCore, allOfCore)) ||
  (await isBroken(Number(wireRuns), programs(fc, { holds: true }), (each) => runOnWire(each, 'plain'), allOfWire));
process.exitCode = broken ? 1 : 0;
