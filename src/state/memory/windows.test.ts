import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOf, type Period } from '../windows.ts';
import { memoryWindows, periodWindow, slidingWindow } from './windows.ts';

describe('the last minute', () => {
  it('forgets each amount sixty seconds after it was used', () => {
    const window = slidingWindow(60_000);
    window.add(0, 2);
    window.add(30_000, 3);
    expect([59_999, 60_000, 89_999, 90_000].map((at) => window.used(at))).toEqual([5, 3, 3, 0]);
  });

  it('knows when less than a bound will count', () => {
    const window = slidingWindow(60_000);
    window.add(0, 2);
    window.add(30_000, 3);
    expect([6, 5, 4, 3, 1].map((bound) => window.below(30_000, bound))).toEqual([
      30_000, 60_000, 60_000, 90_000, 90_000,
    ]);
    expect(window.below(30_000, 0)).toBe(Infinity);
  });

  it('counts nothing too early, and what it counts too long by no more than its thousandth, however much is used', () => {
    const uses = fc.array(fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 5 })), { minLength: 1500, maxLength: 4000 });
    fc.assert(
      fc.property(uses, (given) => {
        const window = slidingWindow(60_000);
        const all: { at: number; amount: number }[] = [];
        let at = 0;
        for (const [later, amount] of given) {
          at += later;
          window.add(at, amount);
          all.push({ at, amount });
        }
        const since = (from: number) => all.filter((use) => use.at > from).reduce((sum, use) => sum + use.amount, 0);
        for (const then of [at, at + 20_000, at + 59_000, at + 59_999]) {
          const used = window.used(then);
          expect(used).toBeGreaterThanOrEqual(since(then - 60_000));
          expect(used).toBeLessThanOrEqual(since(then - 60_060));
        }
        expect(window.used(at + 60_060)).toBe(0);
      }),
      { numRuns: 20 },
    );
  });
});

describe('a period of UTC', () => {
  const at = Date.UTC(2026, 1, 26, 22, 15); // a Thursday

  it.each<[Period, number]>([
    ['hour', Date.UTC(2026, 1, 26, 23)],
    ['day', Date.UTC(2026, 1, 27)],
    ['week', Date.UTC(2026, 2, 2)],
    ['month', Date.UTC(2026, 2, 1)],
    ['total', Infinity],
  ])('of one %s ends when the next begins', (period, end) => {
    expect(endOf(period, at)).toBe(end);
    if (end === Infinity) return;
    const window = periodWindow(period);
    window.add(at, 7);
    expect([window.used(end - 1), window.below(end - 1, 7)]).toEqual([7, end]);
    expect(window.used(end)).toBe(0);
    expect(endOf(period, end)).toBeGreaterThan(end);
  });

  it('of December ends with the year, and a week with its Sunday', () => {
    expect(endOf('month', Date.UTC(2026, 11, 31, 23, 59))).toBe(Date.UTC(2027, 0, 1));
    expect(endOf('week', Date.UTC(2026, 2, 1, 23, 59))).toBe(Date.UTC(2026, 2, 2));
    expect(endOf('week', Date.UTC(2026, 2, 2))).toBe(Date.UTC(2026, 2, 9));
  });

  it('that has no end is never free again', () => {
    const window = periodWindow('total');
    window.add(at, 5);
    expect([window.below(at, 6), window.below(at, 5)]).toEqual([at, Infinity]);
  });
});

it('a window of the same name and span is the same window', () => {
  const windows = memoryWindows();
  windows.open('tokens:a', 'minute').add(0, 3);
  expect(windows.open('tokens:a', 'minute').used(1)).toBe(3);
  expect(windows.open('tokens:b', 'minute').used(1)).toBe(0);
  expect(windows.open('tokens:a', 'hour').used(1)).toBe(0);
});
