import { describe, expect, it } from 'vitest';
import { typeKeys } from './line-editor.ts';

describe('typing in a terminal', () => {
  it('gathers characters until Enter', () => {
    expect(typeKeys('', 'hé')).toEqual({ text: 'hé', acts: [] });
    expect(typeKeys('hé', '👋\rnext')).toEqual({ text: 'next', acts: [{ do: 'line', text: 'hé👋' }] });
  });

  it('takes back a character, a word, or all', () => {
    expect(typeKeys('ab👋', '\x7f').text).toBe('ab');
    expect(typeKeys('one two ', '\x17').text).toBe('one ');
    expect(typeKeys('one two', '\x15').text).toBe('');
    expect(typeKeys('', '\x7f').text).toBe('');
  });

  it('ends with Ctrl-C, and with Ctrl-D where nothing is typed', () => {
    expect(typeKeys('x', '\x03').acts).toEqual([{ do: 'end' }]);
    expect(typeKeys('x', '\x04')).toEqual({ text: 'x', acts: [] });
    expect(typeKeys('', '\x04').acts).toEqual([{ do: 'end' }]);
  });

  it('interrupts with Escape, but not with the keys that begin with it', () => {
    expect(typeKeys('x', '\x1b')).toEqual({ text: 'x', acts: [{ do: 'interrupt' }] });
    expect(typeKeys('x', '\x1b[A\x1b[1;5C\x1bOP\x1b[3~')).toEqual({ text: 'x', acts: [] });
  });

  it('leaves out what cannot be shown', () => {
    expect(typeKeys('', 'a\x00\tb').text).toBe('ab');
  });
});
