import type { LanguageModel, LanguageOutput, Question } from '../parts.ts';
import { asksTheSame } from './question.ts';
import { readAhead } from './read-ahead.ts';

/** Pieces of a preemptive answer that are kept; the language model is not read further before it is wanted. */
const mostPieces = 512;

interface Begun {
  readonly question: Question;
  readonly answer: AsyncIterable<LanguageOutput>;
  readonly stop: AbortController;
}

/** At most one answer to a turn that may be over: begun early, then taken for what it is, or thrown away. */
export interface PreemptiveAnswer {
  /** Begins to answer; what was begun before is thrown away. `doubt` aborts when the user goes on. Never throws. */
  begin(question: Question, doubt: AbortSignal): void;
  /** The answer begun for the same question, from its start; null if there is none, and then none is kept. */
  take(question: Question, signal: AbortSignal): AsyncIterable<LanguageOutput> | null;
  /** Throws away what was begun. */
  drop(): void;
}

export function preemptiveAnswer(languageModel: LanguageModel): PreemptiveAnswer {
  let begun: Begun | null = null;

  function drop(): void {
    begun?.stop.abort();
    begun = null;
  }

  return {
    begin(question, doubt) {
      drop();
      if (doubt.aborted) return;
      const stop = new AbortController();
      // Where it failed it is asked again, and may succeed; once it is taken it is the response's.
      const giveUp = (): void => {
        if (begun?.stop === stop) drop();
      };
      const pieces = (): AsyncIterable<LanguageOutput> => unlessFailed(languageModel, question, stop.signal, giveUp);
      begun = { question, answer: readAhead(pieces, mostPieces, stop.signal), stop };
      doubt.addEventListener('abort', giveUp, { once: true });
    },
    take(question, signal) {
      if (begun === null || !asksTheSame(begun.question, question)) {
        drop();
        return null;
      }
      const { answer, stop } = begun;
      begun = null;
      signal.addEventListener('abort', () => stop.abort(), { once: true });
      if (signal.aborted) stop.abort();
      return answer;
    },
    drop,
  };
}

/** An answer; one that fails is told of, before anybody has taken it. */
async function* unlessFailed(
  languageModel: LanguageModel,
  question: Question,
  signal: AbortSignal,
  fail: () => void,
): AsyncGenerator<LanguageOutput, void> {
  try {
    for await (const piece of languageModel.answer(question, signal)) {
      if (piece.type === 'failed') fail();
      yield piece;
    }
  } catch (cause) {
    fail();
    throw cause;
  }
}
