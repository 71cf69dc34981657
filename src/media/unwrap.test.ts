import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createUnwrapper } from './unwrap.ts';

describe('numbers that wrap', () => {
  it.each([16, 32] as const)('go on for ever, late and early ones too, at %i bits', (bits) => {
    const range = 2 ** bits;
    const steps = fc.array(fc.integer({ min: -range / 4, max: range / 4 }), { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: range - 1 }), steps, (first, jumps) => {
        const unwrap = createUnwrapper(bits);
        let newest = first;
        expect(unwrap(first)).toBe(first);
        for (const jump of jumps) {
          const number = newest + jump;
          expect(unwrap(((number % range) + range) % range)).toBe(number);
          newest = Math.max(newest, number);
        }
      }),
    );
  });
});
