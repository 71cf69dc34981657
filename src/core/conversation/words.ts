import type { Item } from '../../protocol/types.ts';

/** The words an item shows: typed text and transcripts, in order; null where it has none. */
export function wordsOf(item: Item): string | null {
  if (item.type !== 'message') return null;
  const words = item.content.flatMap((part) => {
    if ('text' in part && typeof part.text === 'string') return [part.text];
    if ('transcript' in part && typeof part.transcript === 'string') return [part.transcript];
    return [];
  });
  return words.length === 0 ? null : words.join(' ');
}
