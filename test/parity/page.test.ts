import { expect, it } from 'vitest';
import { differences } from './differences.ts';
import { parityPage } from './page.ts';

it('the page about parity tells of every difference, in the words of the list', async () => {
  await expect(parityPage()).toMatchFileSnapshot('../../docs/parity.md');
});

it('lists no difference twice', () => {
  const all = differences.flatMap(({ where }): readonly string[] => where);
  expect(new Set(all).size).toBe(all.length);
});
