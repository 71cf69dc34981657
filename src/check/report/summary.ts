import { areaOf } from '../area.ts';
import type { Level, Result } from '../check.ts';

/** What a run came to. */
export interface Summary {
  readonly url: string;
  /** The command line that reaches the endpoint again. */
  readonly command: string;
  readonly version: string;
  readonly results: readonly Result[];
  /** Why each known failure is known, by id. */
  readonly expected: ReadonlyMap<string, string>;
  /** The level that counts. */
  readonly level: Level;
  /** Where the take of a failure is, by id. */
  readonly takes: ReadonlyMap<string, string>;
}

/** Whether a result is as it must not be: at the level that counts, and not known before. */
export function counts({ expected, level }: Pick<Summary, 'expected' | 'level'>, result: Result): boolean {
  if (expected.has(result.id) || result.verdict === 'pass' || result.verdict === 'absent') return false;
  return result.level === 'must' || level === 'should';
}

/** What does not hold and should, at any level, known or not. */
export function isBroken({ verdict }: Result): boolean {
  return verdict !== 'pass' && verdict !== 'absent';
}

/** Known failures that have passed. */
export function unexpectedPasses({ expected, results }: Summary): readonly Result[] {
  return results.filter(({ id, verdict }) => verdict === 'pass' && expected.has(id));
}

/** The results, or rules, of each area, in the order of their first. */
export function byArea<R extends { readonly id: string }>(results: Iterable<R>): ReadonlyMap<string, readonly R[]> {
  const areas = new Map<string, R[]>();
  for (const result of results) {
    const area = areaOf(result.id);
    const listed = areas.get(area);
    if (listed === undefined) areas.set(area, [result]);
    else listed.push(result);
  }
  return areas;
}

/** How often each verdict came, in words: `9 passed, 1 failed`. */
export function counted(results: readonly Result[]): string {
  const words = {
    pass: 'passed',
    fail: 'failed',
    flaky: 'flaky',
    error: 'not tried',
    warn: 'warned',
    absent: 'absent',
  };
  const parts = Object.entries(words).flatMap(([verdict, word]) => {
    const number = results.filter((result) => result.verdict === verdict).length;
    return number === 0 ? [] : [`${number} ${word}`];
  });
  return parts.join(', ');
}

/** The verdict on all, in a line. */
export function verdictLine(summary: Summary): string {
  const { results, level } = summary;
  const broken = results.filter((result) => counts(summary, result));
  const musts = results.filter((result) => result.level === 'must' && result.verdict !== 'absent').length;
  const rules = level === 'must' ? `${musts} MUSTs` : `${results.length} rules`;
  if (broken.length === 0) return `PASSED: all of ${rules} hold (${counted(results)}).`;
  return `FAILED: ${broken.length} of ${rules} ${broken.length === 1 ? 'does' : 'do'} not hold (${counted(results)}).`;
}
