import type { TranscriberOutput } from '../../core/transcription/transcriber-output.ts';
import type { LogProb } from '../../protocol/types.ts';
import type { Paced, Utterance } from '../contract.ts';
import { unitsOf } from '../units.ts';
import type { Heard } from './schema.ts';

/** What the script says was heard, word by word; it bills by the length of the audio, since it has no tokens. */
export function* hear(
  heard: Heard,
  utterance: Utterance,
  signal: AbortSignal,
): Generator<Paced<TranscriberOutput>, void> {
  for (const piece of outputs(heard, utterance.audioMs / 1000)) {
    if (signal.aborted) return;
    yield piece;
  }
}

function* outputs(heard: Heard, seconds: number): Generator<TranscriberOutput, void> {
  const { text = '', segments = [], logprobs = false, fail } = typeof heard === 'string' ? { text: heard } : heard;
  if (fail !== undefined) return yield { type: 'failed', code: fail.code, message: fail.message };
  const words = [...unitsOf(text, 'word')];
  const likely = words.map(logProbOf);
  for (const [index, word] of words.entries()) {
    yield { type: 'delta', text: word, ...(logprobs ? { logprobs: likely.slice(index, index + 1) } : {}) };
  }
  for (const { text: said, speaker, start, end } of segments)
    yield { type: 'segment', text: said, speaker, start, end };
  const usage = { type: 'duration' as const, seconds };
  yield { type: 'completed', transcript: text, usage, ...(logprobs ? { logprobs: likely } : {}) };
}

/** A made-up but steady value between −0.6 and 0: the same word at the same place is always as likely. */
function logProbOf(token: string, index: number): LogProb {
  const bytes = [...new TextEncoder().encode(token)];
  const sum = bytes.reduce((hash, byte) => (hash * 31 + byte) % 599, index);
  return { token, bytes, logprob: -(sum + 1) / 1000 };
}
