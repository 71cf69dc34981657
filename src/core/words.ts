import type { Item } from '../protocol/types.ts';

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

/** The part of a transcript that fits the share of its audio that was heard, cut after a whole word. */
export function heardWords(transcript: string, share: number): string {
  if (share >= 1) return transcript;
  const reach = Math.floor(transcript.length * Math.max(share, 0));
  const upToReach = transcript.slice(0, reach);
  if (/\s/u.test(transcript.charAt(reach))) return upToReach;
  return upToReach.replace(/\S*$/u, '').trimEnd();
}
