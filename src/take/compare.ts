import type { SessionView, ViewedItem } from './view.ts';

/** Texts are the same from this share of common words on: models seldom say a thing twice alike. */
const sameWords = 0.8;

/**
 * What differs in two sessions by their meaning, a line for each: items and their words, how responses ended, errors, and the
 * order of what makes turns. Words are compared without case and punctuation, and may differ a little; ids, deltas and times
 * are no part of it. Empty if they are the same.
 */
export function differencesOf(recorded: SessionView, actual: SessionView): string[] {
  return [
    ...inTurn('item', recorded.items, actual.items, sameItem, ({ kind, text }) =>
      text === '' ? kind : `${kind} “${text}”`,
    ),
    ...inTurn('response', recorded.responses, actual.responses, same, String),
    ...inTurn('error', recorded.errors, actual.errors, same, String),
    ...inTurn('turn event', recorded.turns, actual.turns, same, String),
  ];
}

/** One after the other; of a list that is out of step only the first difference says something. */
function inTurn<T>(
  what: string,
  recorded: readonly T[],
  actual: readonly T[],
  isSame: (a: T, b: T) => boolean,
  shown: (value: T) => string,
): string[] {
  const length = Math.max(recorded.length, actual.length);
  for (let index = 0; index < length; index++) {
    const [before, now] = [recorded[index], actual[index]];
    if (before !== undefined && now !== undefined && isSame(before, now)) continue;
    const [was, is] = [before, now].map((value) => (value === undefined ? 'none' : shown(value)));
    return [`${what} ${index + 1}: recorded ${was}, now ${is}`];
  }
  return [];
}

function same(a: string, b: string): boolean {
  return a === b;
}

function sameItem(a: ViewedItem, b: ViewedItem): boolean {
  return a.kind === b.kind && alike(a.text, b.text);
}

/** Whether two texts have most of their words in common. */
export function alike(a: string, b: string): boolean {
  const [left, right] = [wordsOf(a), wordsOf(b)];
  if (left.length + right.length === 0) return true;
  const rest = new Map<string, number>();
  for (const word of right) rest.set(word, (rest.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of left) {
    const count = rest.get(word) ?? 0;
    if (count === 0) continue;
    rest.set(word, count - 1);
    common += 1;
  }
  return (2 * common) / (left.length + right.length) >= sameWords;
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
