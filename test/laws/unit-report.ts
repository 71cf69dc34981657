import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';

/** The part of vitest's JSON report that tells a failed assertion from a suite that could not run. */
const report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string(),
      assertionResults: z.array(z.object({ status: z.string() })),
    }),
  ),
});

/**
 * How many tests failed, of the files that were asked for.
 *
 * @throws {Error} where a suite could not run (a syntax error, a throw at its import), or a file is not there: neither
 * says that a test noticed anything.
 */
export function failedAssertions(file: string, asked: readonly string[], output: string): number {
  if (!existsSync(file)) throw new Error(`The unit tests did not run:\n${output}`);
  const { testResults } = report.parse(JSON.parse(readFileSync(file, 'utf8')));
  for (const path of asked)
    if (!testResults.some(({ name }) => name.includes(path))) throw new Error(`No unit test is called ${path}.`);
  const suites = testResults.map(({ name, message, assertionResults }) => {
    if (assertionResults.length === 0) throw new Error(`${name} could not run: ${message}`);
    return assertionResults.filter(({ status }) => status === 'failed').length;
  });
  return suites.reduce((sum, failed) => sum + failed, 0);
}
