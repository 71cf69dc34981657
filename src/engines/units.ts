/** How text is cut into deltas. */
export type Unit = 'char' | 'word' | 'all';

/**
 * The deltas of a text, in order; joined they are the text again. A character is a code point; a word keeps the blanks
 * that follow it, and the first word the blanks before it; no text has no deltas.
 */
export function unitsOf(text: string, unit: Unit): readonly string[] {
  switch (unit) {
    case 'char':
      return Array.from(text);
    case 'word':
      return text.match(/^\s*\S+\s*|\S+\s*|\s+/gu) ?? [];
    case 'all':
      return text === '' ? [] : [text];
    default:
      return unit satisfies never;
  }
}
