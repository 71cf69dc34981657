import { describe, expect, it } from 'vitest';
import { chosen, matching } from './catalogue.ts';
import { profiles } from './check.ts';
import { rules } from './report/rules.ts';

describe('the catalogue', () => {
  it('names each rule once, by profile or law, area and name', () => {
    const all = chosen(profiles, []);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    const odd = [...rules.values()].filter(
      ({ id, profile }) => !new RegExp(`^(${profile}|law)\\.[a-z]+/[a-z0-9-]+$`).test(id),
    );
    expect(odd).toEqual([]);
  });

  it('has checks for every profile', () => {
    expect(profiles.filter((profile) => chosen([profile], []).length < 5)).toEqual([]);
  });

  it('says in sentences what is required and who breaks', () => {
    const loose = [...rules.values()].filter(({ says, breaks }) => !says.endsWith('.') || !breaks.endsWith('.'));
    expect(loose).toEqual([]);
  });
});

describe('a pattern', () => {
  it('chooses ids, with * for anything', () => {
    const isMatch = matching(['core.*/chain', 'voice.turn/*']);
    expect(['core.item/chain', 'voice.turn/order'].map(isMatch)).toEqual([true, true]);
    expect(['core.item/chains', 'coreXitem/chain'].map(isMatch)).toEqual([false, false]);
  });
});
