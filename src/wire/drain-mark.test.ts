import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DrainMark } from './drain-mark.ts';

describe('the mark of a wire that drains', () => {
  it('is reached at each half of much, and at nothing', () => {
    const mark = new DrainMark(100);
    mark.grew(1000);
    const told = [900, 501, 500, 400, 250, 120, 60, 30, 0, 0].filter((bytes) => mark.shrank(bytes));
    expect(told).toEqual([500, 250, 120, 60, 0]);
  });

  it('leaves nobody waiting for less than any bound, whatever is sent and read', () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.nat({ max: 500 })), { maxLength: 40 });
    fc.assert(
      fc.property(steps, fc.nat({ max: 300 }), (moves, bound) => {
        const mark = new DrainMark(100);
        let pending = 0;
        let isWaiting = false;
        const read = (bytes: number): void => {
          pending = Math.max(0, pending - bytes);
          if (mark.shrank(pending) && pending <= bound) isWaiting = false;
        };
        for (const [sends, bytes] of moves) {
          if (sends) {
            pending += bytes;
            mark.grew(pending);
            isWaiting ||= pending > bound;
          } else {
            read(bytes);
          }
        }
        for (let rest = pending; rest > 0; rest -= 50) read(50);
        expect(isWaiting).toBe(false);
        expect(mark.isSet).toBe(false);
      }),
    );
  });
});
