import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eachNth } from '../setup/scale.ts';
import type { Mutation } from './mutation.ts';
import { openWorkbench, type Workbench } from './mutation-run.ts';
import { mutations } from './mutations.ts';

/** As many as the machines of CI have cores. */
const atOnce = 2;

/** A row of the table of docs/testing.md. */
function rowOf({ region, bug, caughtBy }: Mutation): string {
  return `| ${region} | ${bug} | ${'law' in caughtBy ? `law ${caughtBy.law}` : `\`${caughtBy.tests}\``} |`;
}

describe('the list of deliberate bugs', () => {
  it('is the one in docs/testing.md', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/testing.md'), 'utf8');
    // Column widths are the formatter's.
    const told = page.split('\n').map((line) => line.replace(/ +/g, ' '));
    expect(told).toEqual(expect.arrayContaining(mutations.map(rowOf)));
  });
});

/** Where the bugs of the list are looked for. */
const laws = [...new Set(mutations.flatMap(({ caughtBy }) => ('law' in caughtBy ? [caughtBy.law] : [])))];
const tests = [...new Set(mutations.flatMap(({ caughtBy }) => ('tests' in caughtBy ? [caughtBy.tests] : [])))];

describe('sources without a bug', () => {
  it.each([{ laws }, { tests }])('are found fault with by none of those that catch bugs: %o', async (caughtBy) => {
    const bench = openWorkbench();
    expect(await bench.findsIn(caughtBy)).toBe(false);
    bench.remove();
  });
});

describe('a bug that only crashes', () => {
  const find = "if (session.phase === 'closed')";
  const bug = { region: '', bug: '', file: 'core/step.ts', find };
  const wheres: readonly Mutation['caughtBy'][] = [{ law: '1' }, { tests: 'src/core/conversation/context.test.ts' }];

  it.each(wheres)('counts as noticed by nobody: %o', async (caughtBy) => {
    const bench = openWorkbench();
    await expect(bench.tryOut({ ...bug, replace: 'if (((', caughtBy })).rejects.toThrow(/could not/);
    const atImport = {
      ...bug,
      find: 'export function step(',
      replace: `throw new Error('crash');\nexport function step(`,
    };
    await expect(bench.tryOut({ ...atImport, caughtBy })).rejects.toThrow(/could not/);
    await expect(bench.tryOut({ ...bug, replace: find, caughtBy: { law: 'none' } })).rejects.toThrow(/no law none/);
    await expect(bench.tryOut({ ...bug, replace: find, caughtBy: { tests: 'src/none.test.ts' } })).rejects.toThrow(
      /No unit test|did not run/,
    );
    bench.remove();
  });
});

/** All of them in `.ci/run`. */
const tried = eachNth(mutations, 2);

describe('a deliberate bug', () => {
  const benches: Workbench[] = [];
  const noticed = new Map<Mutation, Promise<boolean>>();

  beforeAll(() => {
    for (let bench = 0; bench < atOnce; bench++) benches.push(openWorkbench());
    for (const [index, bench] of benches.entries()) {
      let last: Promise<unknown> = Promise.resolve();
      for (const mutation of tried.filter((_, place) => place % atOnce === index)) {
        const before = last.catch(() => {});
        const found = before.then(() => bench.tryOut(mutation));
        found.catch(() => {}); // told by the test that asks for it
        noticed.set(mutation, found);
        last = found;
      }
    }
  });

  afterAll(() => {
    for (const bench of benches) bench.remove();
  });

  it.each(tried)('in $region is caught: a session that $bug', async (mutation) => {
    expect(await noticed.get(mutation)).toBe(true);
  });
});
