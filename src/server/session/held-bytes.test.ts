import { describe, expect, it } from 'vitest';
import { HeldBytes } from './held-bytes.ts';

describe('what all sessions hold together', () => {
  it('keeps within its bound, and leaves room again once a session holds less or is over', () => {
    const held = new HeldBytes();
    const [one, other] = [held.within(1000)(() => {}), held.within(1000)(() => {})];
    one.hold(600);
    other.hold(300);
    expect([one.fits(100), one.fits(101), held.isFull(1000)]).toEqual([true, false, false]);
    other.hold(400);
    expect(held.isFull(1000)).toBe(true);
    one.hold(500);
    expect(other.fits(100)).toBe(true);
    one.close();
    expect([other.fits(600), other.fits(601)]).toEqual([true, false]);
  });

  it('has sessions let go of what they can do without before anything is refused', () => {
    const held = new HeldBytes();
    const rich = held.within(1000)(() => rich.hold(200));
    const poor = held.within(1000)(() => {});
    rich.hold(900);
    expect(poor.fits(500)).toBe(true);
    expect(held.isFull(1000)).toBe(false);
  });
});
