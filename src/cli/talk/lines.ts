/** Words from elsewhere as one line that can do nothing to a terminal: control characters are blanks. */
export function plainText(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').trim();
}

/** The same with the lines and tabs that the words have. */
export function plainLines(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]+/gu, ' ').trim();
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
