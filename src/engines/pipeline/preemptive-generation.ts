import type { TranscriberOutput } from '../../core/transcription/transcriber-output.ts';
import type { PreemptiveTurn } from '../contract.ts';
import type { LanguageModel, LanguageOutput, Question } from '../parts.ts';
import { type PreemptiveAnswer, preemptiveAnswer } from './preemptive-answer.ts';

/** Answers a turn that may be over before it is, with the words heard so far. */
export interface PreemptiveGeneration {
  /** The user has paused. Asks as soon as there are words, and anew when there are more, until `doubt` aborts. */
  preempt(turn: PreemptiveTurn, doubt: AbortSignal): void;
  /** Passes a transcription of speech on, and notes its words. */
  hear(itemId: string, words: AsyncIterable<TranscriberOutput>): AsyncIterable<TranscriberOutput>;
  /** Notes the words of speech as far as they are known; others than before are asked anew. */
  know(itemId: string, words: string): void;
  /** What was answered early to this question; null if that is nothing, or to another question. */
  take(question: Question, signal: AbortSignal): AsyncIterable<LanguageOutput> | null;
  drop(): void;
}

interface Paused {
  readonly turn: PreemptiveTurn;
  readonly doubt: AbortSignal;
  readonly itemId: string | undefined;
}

export function preemptiveGeneration(
  languageModel: LanguageModel,
  questionOf: (turn: PreemptiveTurn) => Question,
): PreemptiveGeneration {
  const answer: PreemptiveAnswer = preemptiveAnswer(languageModel);
  const heard = { itemId: '', words: '' };
  let paused: Paused | null = null;

  function ask(): void {
    if (paused === null || paused.doubt.aborted) return;
    const { turn, doubt, itemId } = paused;
    const newest = turn.items.at(-1);
    const words = itemId === heard.itemId ? heard.words : (newest?.words ?? '');
    if (newest === undefined || words.trim() === '') return;
    const items = [...turn.items.slice(0, -1), { item: newest.item, words }];
    answer.begin(questionOf({ ...turn, items }), doubt);
  }

  function note(itemId: string, output: TranscriberOutput): void {
    if (itemId !== heard.itemId) return;
    if (output.type === 'delta') know(itemId, heard.words + output.text);
    if (output.type === 'completed') know(itemId, output.transcript);
  }

  function know(itemId: string, words: string): void {
    const before = itemId === heard.itemId ? heard.words : '';
    Object.assign(heard, { itemId, words });
    if (words.trim() !== before.trim() && paused?.itemId === itemId) ask();
  }

  return {
    preempt(turn, doubt) {
      paused = { turn, doubt, itemId: turn.items.at(-1)?.item.id };
      ask();
    },
    async *hear(itemId, words) {
      Object.assign(heard, { itemId, words: '' });
      for await (const output of words) {
        note(itemId, output);
        yield output;
      }
    },
    know,
    take(question, signal) {
      paused = null;
      return answer.take(question, signal);
    },
    drop() {
      paused = null;
      answer.drop();
    },
  };
}
