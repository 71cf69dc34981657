import colorsOf from 'picocolors';
import { describe, expect, it } from 'vitest';
import { columnsOf, endOf, plainLines, plainText, wrapped } from './lines.ts';
import { type Bottom, bottomRows, entryLine, meter } from './screen.ts';

const plain = colorsOf.createColors(false);
const size = { columns: 30, rows: 10 };
const quiet: Bottom = { live: [], levels: { mic: null, speaker: null }, typed: null, question: null };

describe('lines of a terminal', () => {
  it('hold nothing that moves the cursor', () => {
    expect(plainText('a\x1b[2J\r\nb\x07')).toBe('a [2J b');
    expect(plainText('a\u2028b\x9b2Jc')).toBe('a b 2Jc');
    expect(plainLines('a\x1b[2J\n\tb\r\nc\x9b\u2029d\n')).toBe('a [2J\n    b\nc\nd');
  });

  it('show what turns the direction of writing', () => {
    expect(plainText('file\u202etxt.exe')).toBe('file\\u202etxt.exe');
    expect(plainLines('a\u2066b\nשלום')).toBe('a\\u2066b\nשלום');
  });

  it('are as wide as they look', () => {
    expect(columnsOf('abc')).toBe(3);
    expect(columnsOf('日本')).toBe(4);
    expect(columnsOf('é')).toBe(1);
    expect(columnsOf('👨‍👩‍👧')).toBe(2);
  });

  it('break at blanks, and within words that are too long', () => {
    expect(wrapped('the quick brown fox', 9)).toEqual(['the quick', 'brown fox']);
    expect(wrapped('abcdefgh ij', 3)).toEqual(['abc', 'def', 'gh', 'ij']);
    expect(wrapped('日本語', 4)).toEqual(['日本', '語']);
    expect(wrapped('', 4)).toEqual(['']);
  });

  it('show the end of what is typed', () => {
    expect(endOf('abcdef', 3)).toBe('def');
    expect(endOf('日本語', 4)).toBe('本語');
  });
});

describe('the screen', () => {
  it('shows who said what, and what is to know about it', () => {
    expect(entryLine({ who: 'assistant', text: 'Hi\nyou', note: 'interrupted' }, plain)).toBe(
      'assistant: Hi you (interrupted)',
    );
    expect(entryLine({ who: 'you', text: '', note: 'could not be written down' }, plain)).toBe(
      'you: (could not be written down)',
    );
  });

  it('has at its bottom what is being said, the meters, a question and what is typed', () => {
    const bottom: Bottom = {
      live: [{ who: 'assistant', text: 'Once upon a time there was a frog', note: null }],
      levels: { mic: -Infinity, speaker: -30 },
      typed: 'so ',
      question: 'Allow it? y/n',
    };
    expect(bottomRows(bottom, { columns: 60, rows: 10 }, plain)).toEqual([
      'assistant: Once upon a time there was a frog',
      'mic ▯▯▯▯▯▯▯▯▯▯▯▯   speaker ▮▮▮▮▮▮▯▯▯▯▯▯',
      'Allow it? y/n',
      '> so ',
    ]);
  });

  it('shows nothing of what is not there', () => {
    expect(bottomRows(quiet, size, plain)).toEqual([]);
  });

  it('is never wider nor higher than the terminal', () => {
    const live = [{ who: 'assistant', text: 'word '.repeat(500), note: null }] as const;
    const rows = bottomRows({ ...quiet, live, typed: 'x'.repeat(100) }, size, plain);
    expect(rows.length).toBeLessThan(size.rows);
    expect(rows.every((row) => columnsOf(row) < size.columns)).toBe(true);
    expect(rows.at(-1)).toBe(`> ${'x'.repeat(27)}`);
  });

  it('measures from silence to full scale', () => {
    expect(meter(-Infinity, plain)).toBe('▯'.repeat(12));
    expect(meter(-60, plain)).toBe('▯'.repeat(12));
    expect(meter(0, plain)).toBe('▮'.repeat(12));
    expect(meter(6, plain)).toBe('▮'.repeat(12));
  });
});
