import { describe, expect, it } from 'vitest';
import { printable } from './printable.ts';

/** The characters from one code to another, both included. */
function span(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => String.fromCharCode(from + index));
}

describe('text of others on a terminal', () => {
  it.each([
    ['C0', span(0x00, 0x1f)],
    ['DEL and C1', span(0x7f, 0x9f)],
    ['direction marks', ['\u061c', '\u200e', '\u200f']],
    ['separators, embeddings and overrides', span(0x2028, 0x202e)],
    ['isolates', span(0x2066, 0x2069)],
  ])('shows %s as codes', (_, marks) => {
    for (const mark of marks) {
      const code = mark.charCodeAt(0).toString(16).padStart(4, '0');
      expect(printable(`a${mark}b${mark}`)).toBe(`a\\u${code}b\\u${code}`);
    }
  });

  it('can not set a title, clear the screen or forge a line', () => {
    expect(printable('\x1b]0;mine\x07 \x9b2J\r\nantiphon: fine')).toBe(
      '\\u001b]0;mine\\u0007 \\u009b2J\\u000d\\u000aantiphon: fine',
    );
  });

  it('stays as it is in any language', () => {
    const text = 'Grüße, שלום, مرحبا, 你好, e\u0301, 👩‍👩‍👧, \\u001b – “ok”';
    expect(printable(text)).toBe(text);
  });
});
