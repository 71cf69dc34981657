import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameClock } from './frame-clock.ts';

describe('the clock of frames', () => {
  it('gives out as many frames as time has passed, however unsteadily it is asked', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 400, noNaN: true })), (pauses) => {
        const clock = new FrameClock(1000);
        let now = 1000;
        let given = 0;
        for (const pause of pauses) {
          now += pause;
          given += clock.due(now);
        }
        expect(given).toBe(Math.floor((now - 1000) / 20));
        expect(clock.nextMs).toBeGreaterThan(now);
      }),
    );
  });
});
