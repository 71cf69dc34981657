import { isWide } from './scripts.ts';

/** Marks of Markdown and their replacement, in the order in which they go. */
const markdown: readonly (readonly [RegExp, string])[] = [
  [/^[ \t]*(?:```|~~~).*$/gmu, ''], // fences
  [/^[ \t]*(?:[-*_][ \t]*){3,}$/gmu, ''], // rules
  [/^[ \t|:-]*-[ \t|:-]*\|[ \t|:-]*$/gmu, ''], // the line under a table's head
  [/!?\[([^\]]*)\]\([^)]*\)/gu, '$1'], // links and images
  [/<((?:https?|mailto):[^>\s]*)>/gu, '$1'],
  [/<br\s*\/?>/giu, '\n'],
  [/^[ \t]*(?:>[ \t]?)+/gmu, ''], // quotations
  [/^[ \t]*#{1,6}[ \t]+/gmu, ''], // headings
  [/^[ \t]*[-*+•][ \t]+(?:\[[ xX]\][ \t]+)?/gmu, ''], // entries of lists
  [/^[ \t]*\||\|[ \t]*$/gmu, ''],
  [/[ \t]*\|[ \t]*/gu, ', '], // cells of a table
  [/`+/gu, ''],
  [/\*\*|~~/gu, ''],
  [/(?<![\s\d])\*|\*(?![\s\d])/gu, ''], // but "2 * 3"
  [/(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu, ''], // but "snake_case"
];

/** Pictures and flags, then what joins and colours them. */
const emoji = /\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|\p{Emoji_Modifier}|\u200D|\uFE0F|\u20E3/gu;

/**
 * What a voice is given to say of a model's text: without Markdown's marks and emoji, on one line, with a full stop
 * where a heading or an entry of a list ends without one. "" where nothing can be pronounced.
 */
export function spokenForm(text: string): string {
  const plain = markdown.reduce((said, [mark, instead]) => said.replaceAll(mark, instead), text).replace(emoji, '');
  const lines = plain.split(/[\r\n]+/u).flatMap((line) => {
    const words = line.replace(/\s+/gu, ' ').trim();
    return words === '' ? [] : [words];
  });
  const whole = lines.reduce((said, line) => said + breakBefore(said, line) + line, '');
  return /[\p{L}\p{N}]/u.test(whole) ? whole : '';
}

/** A line that ends in a word ends a phrase, unless the next goes on in small letters. */
function breakBefore(said: string, line: string): string {
  if (said === '') return '';
  const endsInWord = /[\p{L}\p{N})\]"'”’]$/u.test(said) && !/^\p{Ll}/u.test(line);
  if (!endsInWord) return ' ';
  return isWide(said.charCodeAt(said.length - 1)) ? '。' : '. ';
}
