import { isDeepStrictEqual } from 'node:util';
import type { TranscriberOutput } from '../../core/transcription/transcriber-output.ts';
import type { PreemptiveTurn, Utterance } from '../contract.ts';
import type { Transcriber } from '../parts.ts';
import { readAhead } from './read-ahead.ts';

/** Pieces of a preemptive transcript that are kept; the transcriber is not read further before it is wanted. */
const mostPieces = 512;

/** What a session says of how speech is put into words, the same for all of it until the session is changed. */
type Manner = Omit<Utterance, 'itemId' | 'audioMs' | 'sound'>;

/** What a session says that has been told nothing. */
const plainly: Manner = { model: null, language: null, prompt: null, keywords: null, languages: null, delay: null };

interface Begun {
  readonly itemId: string;
  readonly manner: Manner;
  readonly words: AsyncIterable<TranscriberOutput>;
  readonly stop: AbortController;
}

/** Puts a turn that may be over into words before it is; at most one at a time. */
export interface PreemptiveTranscript {
  /**
   * The user has paused: asks for the words of the speech so far, in the manner of the utterance before. `doubt` aborts
   * when the user goes on: what came since was not silence. Never throws.
   */
  begin(turn: PreemptiveTurn, doubt: AbortSignal): void;
  /** The words of a committed utterance: those that were asked for early where they are its words, else asked for now. */
  transcribe(utterance: Utterance, signal: AbortSignal): AsyncIterable<TranscriberOutput>;
  /** Throws away what was begun. */
  drop(): void;
}

/** `tell` learns the words of a turn that may be over as soon as they are whole; before they are, "". */
export function preemptiveTranscript(
  transcriber: Transcriber,
  tell: (itemId: string, words: string) => void,
): PreemptiveTranscript {
  let manner = plainly;
  let begun: Begun | null = null;

  function drop(): void {
    begun?.stop.abort();
    begun = null;
  }

  /** Once it is taken it is the item's, whatever becomes of the turn. */
  function take(utterance: Utterance, signal: AbortSignal): AsyncIterable<TranscriberOutput> | null {
    if (begun?.itemId !== utterance.itemId) return null;
    if (!isDeepStrictEqual(begun.manner, mannerOf(utterance))) {
      drop();
      return null;
    }
    const { words, stop } = begun;
    begun = null;
    signal.addEventListener('abort', () => stop.abort(), { once: true });
    if (signal.aborted) stop.abort();
    return words;
  }

  return {
    begin(turn, doubt) {
      drop();
      const utterance = utteranceOf(turn, manner);
      if (utterance === null || doubt.aborted) return;
      const { itemId } = utterance;
      const stop = new AbortController();
      const giveUp = (): void => {
        if (begun?.stop === stop) drop();
      };
      const known = (words: string): void => {
        if (!stop.signal.aborted) tell(itemId, words);
      };
      known('');
      const outputs = (): AsyncIterable<TranscriberOutput> =>
        noted(transcriber.transcribe(utterance, stop.signal), known, giveUp);
      begun = { itemId, manner, words: readAhead(outputs, mostPieces, stop.signal), stop };
      doubt.addEventListener('abort', giveUp, { once: true });
    },
    transcribe(utterance, signal) {
      const early = take(utterance, signal);
      manner = mannerOf(utterance);
      const ask = (): AsyncIterable<TranscriberOutput> => transcriber.transcribe(utterance, signal);
      return early === null ? ask() : orElse(early, ask);
    },
    drop,
  };
}

function mannerOf({ itemId: _itemId, audioMs: _audioMs, sound: _sound, ...manner }: Utterance): Manner {
  return manner;
}

/** The speech so far; null if there is no sound of it. */
function utteranceOf(turn: PreemptiveTurn, manner: Manner): Utterance | null {
  const itemId = turn.items.at(-1)?.item.id;
  const sound = itemId === undefined ? null : turn.sound(itemId);
  if (itemId === undefined || sound === null) return null;
  return { ...manner, itemId, audioMs: (sound.samples.length / sound.sampleRate) * 1000, sound };
}

/** Outputs as they come; tells of the words once they are whole, and of a failure before anybody has taken it. */
async function* noted(
  outputs: AsyncIterable<TranscriberOutput>,
  tell: (words: string) => void,
  fail: () => void,
): AsyncGenerator<TranscriberOutput, void> {
  let words = '';
  let isOver = false;
  try {
    for await (const output of outputs) {
      if (output.type === 'delta') words += output.text;
      if (output.type === 'completed') tell(output.transcript);
      if (output.type === 'failed') fail();
      isOver ||= output.type === 'completed' || output.type === 'failed';
      yield output;
    }
  } catch (cause) {
    fail();
    throw cause;
  }
  if (!isOver) tell(words);
}

/** Words that were asked for early; where that failed before anything was said, others instead. */
async function* orElse(
  early: AsyncIterable<TranscriberOutput>,
  instead: () => AsyncIterable<TranscriberOutput>,
): AsyncGenerator<TranscriberOutput, void> {
  let isHeard = false;
  let isLost = false;
  try {
    for await (const output of early) {
      isLost = output.type === 'failed' && !isHeard;
      if (isLost) break;
      isHeard = true;
      yield output;
    }
  } catch (cause) {
    if (isHeard) throw cause;
    isLost = true;
  }
  if (isLost) yield* instead();
}
