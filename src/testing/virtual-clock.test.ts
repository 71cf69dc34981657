import { describe, expect, it } from 'vitest';
import { virtualClock } from './virtual-clock.ts';

describe('a virtual clock', () => {
  it('stands still until it is told to go on', () => {
    const clock = virtualClock(1000);
    expect(clock.now()).toBe(1000);
    clock.advance(250);
    expect(clock.now()).toBe(1250);
  });

  it('runs what is due, in the order of time, and of setting where times are equal', () => {
    const clock = virtualClock(0);
    const ran: string[] = [];
    const note = (name: string) => () => void ran.push(`${name} at ${clock.now()}`);
    clock.after(20, note('late'));
    clock.after(10, note('first'));
    clock.after(10, note('second'));
    clock.after(21, note('not yet'));
    clock.advance(20);
    expect(ran).toEqual(['first at 10', 'second at 10', 'late at 20']);
    expect(clock.waiting).toBe(1);
  });

  it('runs timers that timers set, if they fall into the same stretch', () => {
    const clock = virtualClock(0);
    const ran: number[] = [];
    const tick = (): void => {
      ran.push(clock.now());
      clock.after(10, tick);
    };
    clock.after(10, tick);
    clock.advance(35);
    expect(ran).toEqual([10, 20, 30]);
    expect(clock.now()).toBe(35);
  });

  it('does not run what was cancelled, and lets a timer be cancelled twice or after it ran', () => {
    const clock = virtualClock(0);
    const ran: string[] = [];
    const cancel = clock.after(10, () => void ran.push('cancelled'));
    const late = clock.after(10, () => void ran.push('ran'));
    cancel();
    cancel();
    clock.advance(10);
    late();
    expect(ran).toEqual(['ran']);
  });

  it('runs a timer of zero milliseconds only when time is let pass', () => {
    const clock = virtualClock(0);
    let ran = false;
    clock.after(0, () => {
      ran = true;
    });
    expect(ran).toBe(false);
    clock.advance(0);
    expect(ran).toBe(true);
  });

  it('runs all there is, and says so when that would never end', () => {
    const clock = virtualClock(0);
    clock.after(3_600_000, () => {});
    clock.runAll();
    expect(clock.now()).toBe(3_600_000);
    const again = (): void => void clock.after(1, again);
    again();
    expect(() => clock.runAll()).toThrow('never end');
  });
});
