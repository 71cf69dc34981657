import type { SemanticVad } from '../../protocol/types.ts';

type Eagerness = NonNullable<SemanticVad['eagerness']>;

/** semantic_vad has no threshold of its own; these are server_vad's defaults. */
export const semanticThreshold = 0.5;
export const semanticPrefixMs = 300;

/** The longest wait after speech that each eagerness allows (behaviour §2.2). */
const longestWaitMs: Readonly<Record<Eagerness, number>> = { low: 8000, medium: 4000, auto: 4000, high: 2000 };

/** How much of the longest wait a turn of each kind needs: words that sound complete, nothing known, words that trail off. */
const shareWhenComplete = 0.1;
const shareWhenUnknown = 0.2;
const shareWhenOpen = 1;

const closed = /[.!?…。！？]["'”’)\]]*\s*$/u;
const open = /(?:[,;:–—-]|\b(?:and|or|but|so|because|the|a|an|to|of|um+|uh+|er+|hmm+))\s*$/iu;

/**
 * Decides when a turn is over under semantic_vad: the silence in milliseconds that ends it, by the eagerness asked for and
 * the words so far. Null words mean that nobody has transcribed them yet. Asked again at every window of silence. The same
 * question has the same answer, always; an answer past the longest wait of the eagerness counts as that.
 */
export type EndOfTurn = (eagerness: Eagerness, words: string | null) => number;

/**
 * The first `EndOfTurn`, no model of language: the eagerness sets the longest wait, and how finished the words look (a
 * full stop, a comma, a word that wants another) sets the share of it.
 */
export const bySilence: EndOfTurn = (eagerness, words) => longestWaitMs[eagerness] * shareOf(words);

/** The wait that `endOfTurn` asks for, within what the eagerness allows; what is no number is the longest wait. */
export function waitMs(endOfTurn: EndOfTurn, eagerness: Eagerness, words: string | null): number {
  const longest = longestWaitMs[eagerness];
  const asked = endOfTurn(eagerness, words);
  return asked >= 0 && asked < longest ? asked : longest;
}

function shareOf(words: string | null): number {
  if (words === null || words.trim() === '') return shareWhenUnknown;
  if (closed.test(words)) return shareWhenComplete;
  return open.test(words) ? shareWhenOpen : shareWhenUnknown;
}
