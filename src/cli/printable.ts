/**
 * C0 and DEL, C1 (of which U+009B begins an escape sequence as ESC [ does), the marks, embeddings, overrides and isolates
 * of writing direction, and the two separators that break a line.
 */
const unprintable = /[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu;

/**
 * Text of others as it may stand on a terminal and in a line: whatever would steer the terminal, turn the direction of
 * writing or end the line shows as its code instead, as in `\u001b`. Tabs and line ends are such, too.
 */
export function printable(text: string): string {
  return text.replaceAll(unprintable, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
