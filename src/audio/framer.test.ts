import { describe, expect, it } from 'vitest';
import { createFramer } from './framer.ts';

describe('a framer', () => {
  it('cuts whatever it is given into frames of one length and keeps the rest', () => {
    const framer = createFramer(3);
    expect(framer.push(Int16Array.of(1, 2))).toEqual([]);
    expect(framer.push(Int16Array.of(3, 4, 5, 6, 7))).toEqual([Int16Array.of(1, 2, 3), Int16Array.of(4, 5, 6)]);
    expect(framer.flush()).toEqual(Int16Array.of(7));
    expect(framer.flush()).toEqual(Int16Array.of());
    expect(framer.push(Int16Array.of(8, 9, 10))).toEqual([Int16Array.of(8, 9, 10)]);
  });

  it('refuses frames of no length', () => {
    expect(() => createFramer(0)).toThrow(RangeError);
    expect(() => createFramer(2.5)).toThrow(RangeError);
  });
});
