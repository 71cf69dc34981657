import { type Boundary, boundaryAt } from './boundary.ts';
import { countWords, isWide, lastBreak } from './scripts.ts';

/** Cuts a text that arrives in pieces into clauses to be spoken one by one. */
export interface ClauseSplitter {
  /** More of the text; gives the clauses that are whole now, each found when it is asked for. */
  push(text: string): Iterable<string>;
  /** The text is over: gives what is left of it, and begins anew. */
  end(): Iterable<string>;
}

/**
 * Sizes count characters; one of a script that is written without blanks counts as two, as it is about as long to say.
 */
export interface ClauseSizes {
  /** Words after which a pause ends the first clause. Default 4. */
  readonly firstWords?: number;
  /** The first clause is cut here at the latest. Default 100. */
  readonly firstMost?: number;
  /** A later clause goes on past the end of a sentence until it has this size. Default 40. */
  readonly laterLeast?: number;
  /** From here on a pause ends a later clause too. Default 120. */
  readonly laterLong?: number;
  /** A later clause is cut here at the latest. Default 240. */
  readonly laterMost?: number;
}

const defaults: Required<ClauseSizes> = {
  firstWords: 4,
  firstMost: 100,
  laterLeast: 40,
  laterLong: 120,
  laterMost: 240,
};

/** Text that is looked at past the latest cut, so that words and characters at the cut are whole. */
const margin = 20;

/** A bracket or code mark that stays open for longer than this is none. */
const longestBracket = 120;

/**
 * The first clause is short, for the sake of an early start; later ones are whole sentences. Joined, the clauses are the
 * text, blanks and marks and all, and they are the same however the text was cut into pieces. A blank belongs to the
 * clause before it.
 */
export function clauseSplitter(sizes: ClauseSizes = {}): ClauseSplitter {
  const limits = { ...defaults, ...sizes };
  let text = '';
  let isFirst = true;
  /** Everything before this was judged. */
  let at = 0;
  /** The size of what was judged. */
  let size = 0;

  function isCut({ strength, end }: Boundary): boolean {
    const clause = text.slice(0, end);
    if (!hasWords(clause) || isInBracket(clause)) return false;
    if (isFirst) return strength === 'strong' || countWords(clause) >= limits.firstWords;
    return size + end - at >= (strength === 'strong' ? limits.laterLeast : limits.laterLong);
  }

  /** Where the next clause ends; null if more text is needed to tell. */
  function nextEnd(isWhole: boolean): number | null {
    const most = isFirst ? limits.firstMost : limits.laterMost;
    for (; at < text.length; at++) {
      if (size >= most) {
        return text.length >= at + margin || isWhole ? lastBreak(text.slice(0, at + margin), at) : null;
      }
      const judged = boundaryAt(text, at, isWhole);
      if (judged === 'later') return null;
      if (judged !== 'none' && isCut(judged)) return judged.end;
      size += isWide(text.charCodeAt(at)) ? 2 : 1;
    }
    return null;
  }

  function take(end: number): string {
    const clause = text.slice(0, end);
    text = text.slice(end);
    at = 0;
    size = 0;
    isFirst = false;
    return clause;
  }

  function* takeAll(isWhole: boolean): Generator<string, void> {
    for (let end = nextEnd(isWhole); end !== null; end = nextEnd(isWhole)) yield take(end);
  }

  function push(more: string): Generator<string, void> {
    text += more;
    return takeAll(false);
  }

  function* finish(): Generator<string, void> {
    yield* takeAll(true);
    if (text !== '') yield take(text.length);
    isFirst = true;
  }

  return { push, end: finish };
}

function hasWords(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** Whether a bracket or code is open at the end of the text: a link must not be cut, nor an aside. */
function isInBracket(clause: string): boolean {
  const near = clause.slice(-longestBracket);
  const isOpen = near.lastIndexOf('(') > near.lastIndexOf(')') || near.lastIndexOf('[') > near.lastIndexOf(']');
  return isOpen || (near.split('`').length - 1) % 2 === 1;
}
