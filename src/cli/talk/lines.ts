import { printable } from '../printable.ts';

/**
 * Words from elsewhere as one line that can do nothing to a terminal: control characters and what breaks lines are blanks,
 * what turns the direction of writing shows as its code.
 */
export function plainText(text: string): string {
  return printable(text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')).trim();
}

/** The same with the lines that the words have; a tab is four blanks. */
export function plainLines(text: string): string {
  const lines = text.replaceAll('\t', '    ').split(/\r?\n|[\u2028\u2029]/u);
  const [first = '', ...rest] = lines.map((line) => printable(line.replaceAll(/\p{Cc}+/gu, ' ')).trimEnd());
  return [first.trimStart(), ...rest].join('\n').trim();
}

const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Characters that take two columns of a terminal. */
const wide =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff01-\uff60]|\p{Emoji_Presentation}/u;

/** Columns of a terminal that the text takes. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const { segment } of segments.segment(text)) columns += wide.test(segment) ? 2 : 1;
  return columns;
}

/** The text in lines of at most so many columns, broken at blanks where there are any. */
export function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((each) => pieces(each, columns))) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (line !== '' && columnsOf(joined) > columns) {
      lines.push(line);
      line = word;
    } else {
      line = joined;
    }
  }
  return [...lines, line];
}

/** A word that is longer than a line, in pieces. */
function pieces(word: string, columns: number): string[] {
  if (columnsOf(word) <= columns) return [word];
  const parts: string[] = [];
  let part = '';
  for (const { segment } of segments.segment(word)) {
    if (part !== '' && columnsOf(part + segment) > columns) {
      parts.push(part);
      part = '';
    }
    part += segment;
  }
  return [...parts, part];
}

/** The end of the text that fits into so many columns. */
export function endOf(text: string, columns: number): string {
  const characters = [...segments.segment(text)].map(({ segment }) => segment);
  while (columnsOf(characters.join('')) > columns) characters.shift();
  return characters.join('');
}
