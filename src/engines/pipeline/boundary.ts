import { isAbbreviation, isOrdinal, needsNumber } from './abbreviations.ts';
import { endsPhraseWithBlank, isBlank } from './scripts.ts';

/** A place where a text may be cut: at the end of a sentence or line (`strong`), or where a speaker may pause (`weak`). */
export interface Boundary {
  readonly strength: 'strong' | 'weak';
  /** The first clause ends before this index. */
  readonly end: number;
}

/** `later`: what comes next decides, and is not there yet. */
export type Judged = Boundary | 'none' | 'later';

/** Marks that only count before a blank: "3.14", "10:30" and addresses have them inside. */
const strongSpaced = new Set('.!?…‼⁇⁈⁉');
const weakSpaced = new Set(',;:–-،؛');
/** Marks that count wherever they stand. */
const strongAnywhere = new Set('。！？｡．؟۔।॥։።᙮');
const weakAnywhere = new Set('、，；：—');
/** What belongs to the clause whose mark it follows. */
const closers = new Set('"\'”’»›)]}*_`~」』）】》〉］｝');

/**
 * Whether the text may be cut at the mark at `at`. The answer never depends on more text than is looked at here, so that
 * it is the same however the text arrives; `isWhole` says that no more comes.
 */
export function boundaryAt(text: string, at: number, isWhole: boolean): Judged {
  const mark = text[at] ?? '';
  if (mark === '\n') return { strength: 'strong', end: at + 1 };
  if (isBlank(mark))
    return at > 0 && endsPhraseWithBlank(text[at - 1] ?? '') ? { strength: 'weak', end: at + 1 } : 'none';
  if (strongAnywhere.has(mark)) return unspaced('strong', text, at, isWhole);
  if (isDash(mark) && !standsAlone(text, at)) return 'none';
  if (weakAnywhere.has(mark)) return unspaced('weak', text, at, isWhole);
  if (weakSpaced.has(mark)) return spaced('weak', text, at, isWhole);
  if (!strongSpaced.has(mark)) return 'none';
  return mark === '.' || mark === '…' ? period(text, at, isWhole) : spaced('strong', text, at, isWhole);
}

function isDash(mark: string): boolean {
  return mark === '-' || mark === '–' || mark === '—';
}

/** A hyphen is a dash only between blanks; any dash at the start of a line marks an entry of a list. */
function standsAlone(text: string, at: number): boolean {
  const isEntry = /(?:^|\n)[ \t]*$/u.test(text.slice(0, at));
  return !isEntry && (text[at] === '—' || isBlank(text[at - 1]));
}

function unspaced(strength: Boundary['strength'], text: string, at: number, isWhole: boolean): Judged {
  const end = afterMarks(text, at);
  if (end === text.length) return isWhole ? { strength, end } : 'later';
  return { strength, end: isBlank(text[end]) ? end + 1 : end };
}

function spaced(strength: Boundary['strength'], text: string, at: number, isWhole: boolean): Judged {
  const end = afterMarks(text, at);
  if (end === text.length) return isWhole ? { strength, end } : 'later';
  return isBlank(text[end]) ? { strength, end: end + 1 } : 'none';
}

const longestRun = 24;

/** Past the marks that follow a mark ("?!", "...") and past what closes a quote or bracket after them. */
function afterMarks(text: string, at: number): number {
  const most = Math.min(text.length, at + longestRun);
  let end = at + 1;
  while (end < most && isMark(text[end] ?? '')) end++;
  while (end < most && closers.has(text[end] ?? '')) end++;
  return end;
}

function isMark(character: string): boolean {
  return strongSpaced.has(character) || strongAnywhere.has(character) || weakAnywhere.has(character);
}

/** Characters after a full stop and its blank that may be needed to tell what it ends. */
const lookAhead = 3;

function period(text: string, at: number, isWhole: boolean): Judged {
  if (text[at - 1] === '.') return 'none'; // judged at its first
  const judged = spaced('strong', text, at, isWhole);
  if (typeof judged === 'string') return judged;
  if (text[at] === '…' || text[at + 1] === '.') return { ...judged, strength: 'weak' };
  const before = text.slice(0, at);
  if (isAbbreviation(before) || isListNumber(before)) return 'none';
  const isNumber = /(?<![\d.,])\d{1,2}$/u.test(before);
  if (!isNumber && !needsNumber(before)) return judged;
  const after = text.slice(judged.end, judged.end + lookAhead);
  if (after.length < lookAhead && !isWhole) return 'later';
  return (isNumber ? isOrdinal(after) : /^\d/u.test(after)) ? 'none' : judged;
}

function isListNumber(before: string): boolean {
  return /(?:^|\n)[ \t]*\d{1,3}$/u.test(before);
}
