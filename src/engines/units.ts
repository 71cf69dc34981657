/** How text is cut into deltas. */
export type Unit = 'char' | 'word' | 'all';

/**
 * The deltas of a text, in order, each found when it is asked for; joined they are the text again. A character is a code
 * point; a word keeps the blanks that follow it, and the first word the blanks before it; no text has no deltas.
 */
export function* unitsOf(text: string, unit: Unit): Generator<string, void> {
  switch (unit) {
    case 'char':
      return yield* text;
    case 'word':
      for (const [word] of text.matchAll(/^\s*\S+\s*|\S+\s*|\s+/gu)) yield word;
      return;
    case 'all':
      if (text !== '') yield text;
      return;
    default:
      return unit satisfies never;
  }
}
