import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { Expiring } from './expiring.ts';

describe('a value that expires', () => {
  it('is there until its time, and out of memory within ten seconds of it', async () => {
    const clock = virtualClock();
    const values = new Expiring<string>(clock);
    values.set('a', 'first', clock.now() + 5000);
    expect([values.get('a'), values.goes('a'), values.values()]).toEqual(['first', clock.now() + 5000, ['first']]);
    await clock.advance(5000);
    expect([values.get('a'), values.goes('a'), values.values()]).toEqual([null, null, []]);
    await clock.advance(10_000);
    expect(values.has('a')).toBe(false);
  });

  it('that is set again stays for its new time', async () => {
    const clock = virtualClock();
    const values = new Expiring<string>(clock);
    values.set('a', 'first', clock.now() + 5000);
    values.set('a', 'second', clock.now() + 60_000);
    await clock.advance(30_000);
    expect([values.get('a'), values.size, values.firstGoes]).toEqual(['second', 1, clock.now() + 30_000]);
    values.delete('a');
    expect([values.size, values.firstGoes]).toEqual([0, Infinity]);
  });
});
