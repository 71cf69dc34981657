import * as fc from 'fast-check';
import { programs } from '../../src/testing/arbitraries.ts';
import type { Program } from '../../src/testing/program.ts';
import { allOfCore, allOfWire } from './all-laws.ts';
import { runOnCore } from './core-run.ts';
import { type Finding, lawBrokenCode } from './finding.ts';
import type { RunLaw } from './sweep.ts';
import { runOnWire } from './wire-run.ts';

/**
 * A program of its own: holds the sources beside it to laws, and exits with `lawBrokenCode` once one of them is broken,
 * with 0 where all of them hold. Any other code is a crash, which says nothing of the laws.
 * Arguments: how many programs to run on the core, how many on a wire, the laws' numbers.
 */
const [coreRuns, wireRuns, ...wanted] = process.argv.slice(2);
const seed = 20_260_101;
const known = new Set([...allOfCore, ...allOfWire].map(({ number }) => number));

async function firstBroken<Run>(
  numRuns: number,
  made: fc.Arbitrary<Program>,
  run: (program: Program) => Run | Promise<Run>,
  laws: readonly RunLaw<Run>[],
): Promise<Finding | null> {
  const named = laws.filter(({ number }) => wanted.includes(number));
  if (named.length === 0) return null;
  let found: Finding | null = null;
  const property = fc.asyncProperty(made, async (program) => {
    const whole = await run(program);
    for (const { number, broken } of named) {
      const how = broken(whole);
      if (how !== null) found ??= { law: number, how };
    }
    return found === null;
  });
  const { failed, errorInstance } = await fc.check(property, { seed, numRuns, endOnFailure: true });
  if (found === null && failed) throw errorInstance;
  return found;
}

for (const number of wanted) if (!known.has(number)) throw new Error(`There is no law ${number}.`);

const broken =
  (await firstBroken(Number(coreRuns), programs(fc, { media: true }), runOnCore, allOfCore)) ??
  (await firstBroken(Number(wireRuns), programs(fc, { holds: true }), (each) => runOnWire(each, 'plain'), allOfWire));
if (broken !== null) console.log(JSON.stringify(broken));
process.exitCode = broken === null ? 0 : lawBrokenCode;
