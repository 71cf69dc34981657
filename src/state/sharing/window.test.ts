import { describe, expect, it } from 'vitest';
import { SharedWindow } from './window.ts';

/** A window of one of so many nodes, whose clock is two seconds behind the store's. */
function windowOf(nodes: number, span: 'minute' | 'day' = 'minute') {
  const wakes: boolean[] = [];
  const window = new SharedWindow(span, {
    storeTime: (at) => at + 2000,
    ownTime: (storeAt) => storeAt - 2000,
    nodes,
    wake: (isUrgent) => void wakes.push(isUrgent),
  });
  return { window, wakes };
}

const nothing = { others: new Map<number, number>(), held: 0 };

describe('a window that nodes share', () => {
  it('counts a minute, and no more than a second longer, by the clock of the store', () => {
    const { window } = windowOf(1);
    window.add(500, 3);
    window.add(900, 4);
    expect([window.used(500), window.used(60_999), window.used(61_000)]).toEqual([7, 7, 0]);
    expect(window.below(500, 7)).toBe(61_000);
    expect([window.below(500, 8), window.below(500, 0)]).toEqual([500, Infinity]);
  });

  it('takes it that each other node uses as much as it does, until the store has heard of it', () => {
    const { window } = windowOf(3);
    window.add(0, 10);
    window.hold(5);
    expect([window.used(0), window.held]).toEqual([30, 15]);
    const told = window.tell(false);
    window.add(0, 1);
    window.heard(0, told, { others: new Map([[70_000, 2]]), held: 7 });
    expect([window.used(0), window.held]).toEqual([10 + 3 + 2, 12]);
    expect(window.tell(false)).toEqual({ held: 5, uses: [[63_000, 11]] });
    window.hold(-5);
    expect(window.held).toBe(7);
  });

  it('tells all that still counts to a store that may have forgotten it', () => {
    const { window } = windowOf(2);
    window.add(0, 1);
    window.heard(0, window.tell(false), nothing);
    window.add(5000, 2);
    expect(window.tell(false).uses).toEqual([[68_000, 2]]);
    expect(window.tell(true).uses).toEqual([
      [63_000, 1],
      [68_000, 2],
    ]);
    window.forget(61_000);
    expect(window.tell(true).uses).toEqual([[68_000, 2]]);
  });

  it('calls back only where others have used more than was known', () => {
    const { window } = windowOf(2, 'day');
    const calls: number[] = [];
    window.follow((at) => void calls.push(at));
    const heard = { others: new Map([[86_400_000, 2]]), held: 0 };
    window.heard(1, window.tell(false), heard);
    window.heard(2, window.tell(false), heard);
    expect(calls).toEqual([1]);
  });

  it('wakes its talk with the store when it is asked, and at once when there is something to tell', () => {
    const { window, wakes } = windowOf(2);
    window.used(0);
    window.add(0, 0);
    window.hold(0);
    window.add(0, 1);
    window.hold(1);
    expect(wakes).toEqual([false, true, true]);
  });
});
