import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unitsOf } from './units.ts';

describe('unitsOf', () => {
  it('leaves a word the blanks after it', () => {
    expect([...unitsOf('Let me  check.\nNow', 'word')]).toEqual(['Let ', 'me  ', 'check.\n', 'Now']);
  });

  it('gives the first word the blanks before it', () => {
    expect([...unitsOf('  hi there ', 'word')]).toEqual(['  hi ', 'there ']);
  });

  it('takes blanks alone for one word', () => {
    expect([...unitsOf(' \n ', 'word')]).toEqual([' \n ']);
  });

  it('never cuts a character that takes two code units', () => {
    expect([...unitsOf('a😀b', 'char')]).toEqual(['a', '😀', 'b']);
  });

  it('gives all of a text at once', () => {
    expect([...unitsOf('a b c', 'all')]).toEqual(['a b c']);
  });

  it.each(['char', 'word', 'all'] as const)('has no %s in no text', (unit) => {
    expect([...unitsOf('', unit)]).toEqual([]);
  });

  it.each(['char', 'word', 'all'] as const)('cuts by %s without losing anything or making empty deltas', (unit) => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const units = [...unitsOf(text, unit)];
        expect(units.join('')).toBe(text);
        expect(units).not.toContain('');
      }),
    );
  });
});
