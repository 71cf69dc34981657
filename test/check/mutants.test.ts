import { describe, expect, it } from 'vitest';
import { rules } from '../../src/check/report/rules.ts';
import { testScale } from '../setup/scale.ts';
import { mutants } from './mutants/all.ts';
import { allChecks, failedBy } from './suite.ts';

/** Most rules that the narrowest mutant of a rule may fail. */
const most = 5;

/** The checks that a mutant fails, or of the parts that its laws are of where it fails none; in a whole run, all. */
function concerned(fails: readonly string[]): typeof allChecks {
  if (testScale >= 10) return allChecks;
  const named = allChecks.filter(({ id }) => fails.includes(id));
  const parts = new Set(fails.map((id) => rules.get(id)?.profile));
  return named.length > 0
    ? named
    : allChecks.filter(({ id, profile }) => parts.has(profile) || id.startsWith('voice.turn/'));
}

describe('a server with one thing broken', () => {
  it.each(mutants)('fails exactly what it must where $name', async ({ fails, ...mutant }) => {
    const checks = concerned(fails);
    const found = await failedBy({ ...mutant, fails }, checks);
    const isWhole = checks === allChecks || !checks.some(({ id }) => fails.includes(id));
    // Of a few checks not every law sees what breaks it.
    const due = isWhole ? fails : fails.filter((id) => !id.startsWith('law.') || found.includes(id));
    expect(found).toEqual([...due]);
  });
});

describe('the mutants', () => {
  it('are more than sixty, under names of their own', () => {
    expect(mutants.length).toBeGreaterThan(60);
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  });

  it('show of every rule that it can fail, and nearly alone', () => {
    const narrow = new Set(mutants.filter(({ fails }) => fails.length <= most).flatMap(({ fails }) => fails));
    expect([...rules.keys()].filter((id) => !narrow.has(id))).toEqual([]);
  });

  it('name rules that there are', () => {
    expect(mutants.flatMap(({ fails }) => fails).filter((id) => !rules.has(id))).toEqual([]);
  });
});
