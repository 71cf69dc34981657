import type { Sound, Spoken } from '../contract.ts';
import type { LanguageOutput } from '../parts.ts';
import { type InTurn, speakInTurn } from '../speak-in-turn.ts';
import type { Synthesizer } from '../synthesizer.ts';
import { type ClauseSizes, clauseSplitter } from './clauses.ts';
import { type Ending, isEnding } from './ending.ts';
import { readAhead } from './read-ahead.ts';
import { spokenForm } from './spoken-form.ts';
import { untilAborted } from './until-aborted.ts';

export interface Speaking extends InTurn {
  readonly synthesizer: Synthesizer;
  readonly voice: string;
  readonly speed: number;
  /** Clauses whose sound is made while the one before them is sent. */
  readonly clausesAhead: number;
  readonly clauses?: ClauseSizes;
}

/** A clause with its sound under way, or a piece that is not spoken. */
type Part =
  | { readonly text: string; readonly sound: AsyncIterable<Sound> | null }
  | { readonly piece: Exclude<LanguageOutput, { readonly type: 'text' }> };

/**
 * Speaks an answer clause by clause: the text of each, then the sound that says it, then the next. While one clause is
 * sent the next are made already. Ends with an ending, or dry where the answer has none or `signal` aborts.
 */
export async function* speakClauses(
  answer: AsyncIterable<LanguageOutput>,
  speaking: Speaking,
  signal: AbortSignal,
): AsyncGenerator<Spoken, void> {
  const message = openMessage();
  for await (const part of readAhead(() => partsOf(answer, speaking, signal), speaking.clausesAhead, signal)) {
    if ('piece' in part) {
      yield* message.before(part.piece);
      yield part.piece;
      if (isEnding(part.piece)) return;
      continue;
    }
    yield message.text(part.text);
    for await (const sound of part.sound ?? []) {
      if (signal.aborted) return;
      yield { type: 'sound', ...sound };
    }
  }
  if (!signal.aborted) yield* message.before({ type: 'end' });
}

/** An answer as text: what the model says, with its messages ended before what is not text. */
export async function* writeText(
  answer: AsyncIterable<LanguageOutput>,
  signal: AbortSignal,
): AsyncGenerator<Spoken, void> {
  const message = openMessage();
  for await (const piece of untilAborted(answer, signal)) {
    if (piece.type !== 'text') {
      yield* message.before(piece);
      yield piece;
    } else if (piece.text !== '') {
      yield message.text(piece.text);
    }
    if (isEnding(piece)) return;
  }
  if (!signal.aborted) yield* message.before({ type: 'end' });
}

/** Cuts the answer's text into clauses; each that has something to say is on its way to be said when it is given. */
async function* partsOf(
  answer: AsyncIterable<LanguageOutput>,
  { synthesizer, voice, speed, clauses, ...inTurn }: Speaking,
  signal: AbortSignal,
): AsyncGenerator<Part, void> {
  const splitter = clauseSplitter(clauses);
  const spoken = (text: string): Part => {
    const words = spokenForm(text);
    return { text, sound: words === '' ? null : speakInTurn(synthesizer, words, { signal, voice, speed }, inTurn) };
  };
  try {
    for await (const piece of untilAborted(answer, signal)) {
      const isText = piece.type === 'text';
      for (const clause of isText ? splitter.push(piece.text) : splitter.end()) yield spoken(clause);
      if (!isText) yield { piece };
      if (isEnding(piece)) return;
    }
  } catch (cause) {
    for (const clause of splitter.end()) yield spoken(clause);
    throw cause;
  }
  for (const clause of splitter.end()) yield spoken(clause);
}

interface OpenMessage {
  text(text: string): Spoken;
  /** What ends the message before a piece that is not part of it; one that is cut short stays open. */
  before(piece: Exclude<LanguageOutput, { readonly type: 'text' }> | Ending): readonly Spoken[];
}

function openMessage(): OpenMessage {
  let isOpen = false;
  return {
    text(text) {
      isOpen = true;
      return { type: 'text', text };
    },
    before({ type }) {
      if (!isOpen || (type !== 'call_start' && type !== 'end')) return [];
      isOpen = false;
      return [{ type: 'message_end' }];
    },
  };
}
