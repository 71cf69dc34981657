import { describe, expect, it } from 'vitest';
import { afterOutcome, type Health, healthy, type Outcome, standingOf } from './health.ts';

const settings = { failures: 3, windowMs: 30_000, outMs: 10_000 };

/** What is known of an upstream after these outcomes, each with the second at which it came. */
function after(...outcomes: readonly (readonly [second: number, outcome: Outcome])[]): Health {
  return outcomes.reduce(
    (health, [second, outcome]) => afterOutcome(health, outcome, second * 1000, settings),
    healthy,
  );
}

const failures = (...seconds: readonly number[]) => seconds.map((second) => [second, 'failed'] as const);
const outUntil = (health: Health): number | null => (health.outUntil === null ? null : health.outUntil / 1000);

describe('the health of an upstream', () => {
  it('stays good while failures are few, or far between', () => {
    expect(standingOf(after(...failures(0, 1)), 2000)).toBe('in');
    expect(standingOf(after(...failures(0, 20, 31, 60)), 61_000)).toBe('in');
  });

  it('is bad after three failures within the window: out for ten seconds, then to be tried', () => {
    const health = after(...failures(0, 1, 2));
    expect(standingOf(health, 11_999)).toBe('out');
    expect(standingOf(health, 12_000)).toBe('trial');
  });

  it('gets worse with every trial that fails, up to five minutes', () => {
    const seconds = [0, 1, 2];
    const lengths: number[] = [];
    for (let trial = 0; trial < 7; trial++) {
      const health = after(...failures(...seconds));
      lengths.push((outUntil(health) ?? 0) - (seconds.at(-1) ?? 0));
      seconds.push(outUntil(health) ?? 0);
    }
    expect(lengths).toEqual([10, 20, 40, 80, 160, 300, 300]);
  });

  it('is good again after one success, and forgets what was', () => {
    const health = after(...failures(0, 1, 2), [12, 'ok']);
    expect(health).toEqual(healthy);
    expect(outUntil(after(...failures(0, 1, 2), [12, 'ok'], ...failures(13, 14, 15)))).toBe(25);
  });

  it('is bad at once and for five minutes where our key is refused', () => {
    const health = after([0, 'refused_key']);
    expect(outUntil(health)).toBe(300);
    expect(health.refusedKey).toBe(true);
  });
});
