import { describe, expect, it } from 'vitest';
import { type Choosable, inOrderOfChoice } from './choice.ts';

interface Named extends Choosable {
  readonly name: string;
}

const upstream = (name: string, weight = 1, priority = 1, sessions = 0): Named => ({
  name,
  sessions,
  settings: { weight, priority },
});

/** Numbers from 0 to below 1, always the same. */
function numbers(): () => number {
  let seed = 1;
  return () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
}

const names = (order: readonly Named[]): string => order.map(({ name }) => name).join('');

describe('the order in which upstreams are tried', () => {
  it('begins with the lowest priority, whatever the weights', () => {
    const all = [upstream('c', 9, 3), upstream('a', 1, 1), upstream('b', 9, 2)];
    for (const strategy of ['weighted', 'listed', 'least_sessions'] as const) {
      expect(names(inOrderOfChoice(all, strategy, numbers()))).toBe('abc');
    }
  });

  it('is drawn by weight', () => {
    const all = [upstream('a', 3), upstream('b', 1)];
    const random = numbers();
    const first = Array.from({ length: 4_000 }, () => names(inOrderOfChoice(all, 'weighted', random))[0]);
    const share = first.filter((name) => name === 'a').length / first.length;
    expect(share).toBeGreaterThan(0.72);
    expect(share).toBeLessThan(0.78);
  });

  it('has everyone in it, whatever is drawn', () => {
    const all = [upstream('a'), upstream('b'), upstream('c')];
    for (const drawn of [0, 0.5, 1 - Number.EPSILON]) {
      expect([...names(inOrderOfChoice(all, 'weighted', () => drawn))].toSorted()).toEqual(['a', 'b', 'c']);
    }
  });

  it('is as listed, where that is wanted', () => {
    expect(names(inOrderOfChoice([upstream('b'), upstream('a', 9)], 'listed', numbers()))).toBe('ba');
  });

  it('begins with the fewest sessions for the weight, where that is wanted', () => {
    const all = [upstream('a', 1, 1, 2), upstream('b', 4, 1, 4), upstream('c', 1, 1, 0)];
    expect(names(inOrderOfChoice(all, 'least_sessions', numbers()))).toBe('cba');
  });
});
