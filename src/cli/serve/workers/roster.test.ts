import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../../testing/index.ts';
import { Roster } from './roster.ts';

function roster(count: number) {
  const clock = virtualClock();
  const started: number[] = [];
  let isGivenUp = false;
  const made = new Roster({
    count,
    clock,
    start: (place) => void started.push(place),
    giveUp: () => void (isGivenUp = true),
  });
  made.begin();
  return { roster: made, clock, started, isGivenUp: () => isGivenUp };
}

describe('the places of workers', () => {
  it('are all taken at the beginning, and complete when all have listened', () => {
    const { roster: made, started } = roster(3);
    expect(started).toEqual([1, 2, 3]);
    made.listens(1);
    made.listens(2);
    expect(made.isComplete).toBe(false);
    made.listens(3);
    expect(made.isComplete).toBe(true);
  });

  it('are taken again when a worker dies, each time after twice as long, up to ten seconds', () => {
    const { roster: made, clock, started } = roster(1);
    made.listens(1);
    const waits = [];
    for (let death = 0; death < 10; death += 1) {
      made.died(1);
      const before = started.length;
      let ms = 0;
      while (started.length === before) {
        clock.advance(100);
        ms += 100;
      }
      waits.push(ms);
    }
    expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000]);
    clock.advance(30_000);
    made.died(1);
    clock.advance(100);
    expect(started).toHaveLength(12);
  });

  it('are given up when more than five workers die before all have listened', () => {
    const { roster: made, clock, started, isGivenUp } = roster(2);
    made.listens(1);
    for (let death = 0; death < 5; death += 1) {
      made.died(2);
      clock.advance(10_000);
    }
    expect([started.length, isGivenUp()]).toEqual([7, false]);
    made.died(2);
    clock.advance(60_000);
    expect([started.length, isGivenUp()]).toEqual([7, true]);
  });

  it('stay empty once it is over', () => {
    const { roster: made, clock, started } = roster(2);
    made.listens(1);
    made.listens(2);
    made.died(1);
    made.end();
    made.died(2);
    clock.advance(60_000);
    expect(started).toEqual([1, 2]);
  });
});
