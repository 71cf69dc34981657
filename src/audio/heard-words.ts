/** Words and sound that belong together end here: so many UTF-16 units of the transcript, so many ticks of the sound. */
export interface SpeechMark {
  readonly characters: number;
  readonly ticks: number;
}

/** Speech as its pieces came. */
export interface SaidAloud {
  readonly transcript: string;
  readonly ticks: number;
  /** Rising; the end of both is not among them. */
  readonly marks: readonly SpeechMark[];
}

/**
 * Changes from sound to words that are noted of one message. What comes after the last of them is one clause, however
 * long: noting each of very many would cost more with each.
 */
const mostMarks = 4096;

/** Notes, before more words are added, that the words and the sound so far belong together. */
export function marked({ transcript, ticks, marks }: SaidAloud): readonly SpeechMark[] {
  const isNew = ticks > (marks.at(-1)?.ticks ?? 0) && marks.length < mostMarks;
  return isNew ? [...marks, { characters: transcript.length, ticks }] : marks;
}

/** The words that have sound: of a message that is cut off, what came after its last sound was never said. */
export function voicedWords(said: SaidAloud): string {
  const { transcript, ticks, marks } = said;
  if (ticks === 0) return '';
  const last = marks.at(-1);
  return last?.ticks === ticks ? transcript.slice(0, last.characters) : transcript;
}

/**
 * The words that were heard of speech that was cut after so many ticks.
 *
 * Nobody knows which sound says which word, but the order of the pieces tells much: words that came before a stretch of
 * sound are said by it. So the speech falls into clauses, each the words and then the sound that came between two changes
 * from sound to words; words after the last sound belong to the last clause. Clauses that were heard to their end count
 * whole. Of the clause that was cut, words count in proportion to its sound, up to the last whole word, or, in scripts
 * that are written without blanks, the last whole character.
 */
export function heardWords({ transcript, ticks, marks }: SaidAloud, heardTicks: number): string {
  if (heardTicks <= 0) return '';
  if (heardTicks >= ticks) return transcript;
  let start: SpeechMark = { characters: 0, ticks: 0 };
  for (const end of [...marks.filter((mark) => mark.ticks < ticks), { characters: transcript.length, ticks }]) {
    if (heardTicks < end.ticks) {
      const share = (heardTicks - start.ticks) / (end.ticks - start.ticks);
      const said = start.characters + Math.floor((end.characters - start.characters) * share);
      return transcript.slice(0, wholeWords(transcript, start.characters, said)).trimEnd();
    }
    start = end;
  }
  return transcript;
}

/** What is left of speech that was cut after so many ticks: what was heard of it. Cut anew, it is cut further. */
export function heardSpeech(said: SaidAloud, heardTicks: number): SaidAloud {
  const ticks = Math.min(heardTicks, said.ticks);
  return { transcript: heardWords(said, heardTicks), ticks, marks: said.marks.filter((mark) => mark.ticks < ticks) };
}

/** The last place from `least` to `most` at which the text may be cut. */
function wholeWords(text: string, least: number, most: number): number {
  let at = most;
  while (at > least && !isBoundary(text, at)) at -= 1;
  return at;
}

/** Blanks, and the scripts that are written without them. */
const breaks = String.raw`[\s\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]`;
const endsHere = new RegExp(String.raw`${breaks}\p{M}*$`, 'u');
const beginsHere = new RegExp(`^${breaks}`, 'u');
const continues = /^\p{M}/u;

function isBoundary(text: string, at: number): boolean {
  const after = text.slice(at, at + 2);
  return !continues.test(after) && (beginsHere.test(after) || endsHere.test(text.slice(Math.max(0, at - 4), at)));
}
