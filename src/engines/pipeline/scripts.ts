/** Scripts without blanks between words, by UTF-16 code: a character of theirs takes about as long to say as two others. */
export function isWide(code: number): boolean {
  return (
    (code >= 0x2e80 && code <= 0xa4cf) || // Han, kana and their punctuation
    (code >= 0xac00 && code <= 0xd7a3) || // Hangul syllables
    (code >= 0xff00 && code <= 0xff60) // full-width forms
  );
}

/** Scripts whose blanks stand between phrases, where others have a comma. */
const phraseSpaced = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

export function endsPhraseWithBlank(letter: string): boolean {
  return phraseSpaced.test(letter);
}

const words = new Intl.Segmenter('und', { granularity: 'word' });
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** How many words a text has, in any script. */
export function countWords(text: string): number {
  let count = 0;
  for (const { isWordLike } of words.segment(text)) if (isWordLike === true) count++;
  return count;
}

/** The last place up to `reach` where a text may be cut: after a blank, else before a word, else between characters. */
export function lastBreak(text: string, reach: number): number {
  const least = Math.ceil(reach / 2);
  for (let end = reach; end > least; end--) if (isBlank(text[end - 1])) return end;
  return lastStart(words.segment(text), least, reach) ?? lastStart(graphemes.segment(text), 1, reach) ?? reach;
}

function lastStart(segments: Iterable<Intl.SegmentData>, least: number, reach: number): number | null {
  let found: number | null = null;
  for (const { index, isWordLike } of segments) {
    if (index > reach) break;
    if (index >= least && isWordLike !== false) found = index;
  }
  return found;
}

export function isBlank(character: string | undefined): boolean {
  return character !== undefined && /^\s$/u.test(character);
}
