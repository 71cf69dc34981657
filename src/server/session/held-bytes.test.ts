import { describe, expect, it } from 'vitest';
import { HeldBytes } from './held-bytes.ts';

/** Of which 100 bytes are the share of each session. */
const bound = { bytes: 8000, sessions: 10 };

describe('what all sessions hold together', () => {
  it('keeps within its bound, and leaves room again once a session holds less or is over', () => {
    const held = new HeldBytes();
    const [one, other] = [held.within(bound)(() => {}), held.within(bound)(() => {})];
    one.hold(5000);
    other.hold(2000);
    expect([one.fits(1000), one.fits(1001), held.isFull(bound)]).toEqual([true, false, false]);
    other.hold(3000);
    expect(held.isFull(bound)).toBe(true);
    one.hold(3500);
    expect(other.fits(1500)).toBe(true);
    one.close();
    expect([other.fits(5000), other.fits(5001)]).toEqual([true, false]);
  });

  it('has sessions let go of what they can do without before anything is refused', () => {
    const held = new HeldBytes();
    const rich = held.within(bound)(() => rich.hold(200));
    const poor = held.within(bound)(() => {});
    rich.hold(8000);
    expect(poor.fits(500)).toBe(true);
    expect(held.isFull(bound)).toBe(false);
  });

  it('refuses no session its share, however much others hold', () => {
    const held = new HeldBytes();
    const accounts = Array.from({ length: bound.sessions }, () => held.within(bound)(() => {}));
    const [greedy, ...modest] = accounts;
    greedy?.hold(8000);
    for (const account of modest) {
      expect([account.fits(100), account.fits(101)]).toEqual([true, false]);
      account.hold(100);
    }
    expect(greedy?.fits(1)).toBe(false);
    expect(held.isFull(bound)).toBe(true);
  });
});
