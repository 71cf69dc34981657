import * as z from 'zod';
import type { TranscriberOutput } from '../../core/transcription/transcriber-output.ts';
import type { Answer } from './answer.ts';
import { badAnswer } from './failure.ts';
import { messagesOf } from './messages.ts';
import {
  apiLogprobs,
  apiSegment,
  apiTranscriptionUsage,
  completed,
  logProbOf,
  segmentOutput,
  type Transcript,
} from './transcript-whole.ts';

const delta = z.looseObject({ type: z.literal('transcript.text.delta'), delta: z.string(), logprobs: apiLogprobs });
const segment = apiSegment.extend({ type: z.literal('transcript.text.segment') });
const done = z.looseObject({
  type: z.literal('transcript.text.done'),
  text: z.string(),
  logprobs: apiLogprobs,
  usage: apiTranscriptionUsage,
});

/** vLLM streams words in the shape of a chat. */
const chatChunk = z.looseObject({
  choices: z.array(z.looseObject({ delta: z.looseObject({ content: z.string().nullish() }) })),
});

/** Speaches sends each segment as a transcription of its own. */
const part = z.looseObject({ text: z.string(), segments: z.array(apiSegment).nullish() });

/** A transcription whose words come as they are found, in any of the shapes that servers send. */
export async function* streamedWords(answer: Answer): AsyncGenerator<TranscriberOutput, void> {
  let heard = '';
  let whole: Transcript | null = null;
  for await (const { value } of messagesOf(answer)) {
    const finished = done.safeParse(value);
    if (finished.success) {
      whole = finished.data;
      continue;
    }
    for (const output of piecesOf(value, answer)) {
      if (output.type !== 'delta') {
        yield output;
        continue;
      }
      // The transcript has no blanks around it, so that its deltas have none to begin with.
      const text = heard === '' ? output.text.trimStart() : output.text;
      heard += text;
      if (text !== '') yield { ...output, text };
    }
  }
  yield completed(whole ?? { text: heard });
}

function piecesOf(value: unknown, answer: Answer): TranscriberOutput[] {
  const next = delta.safeParse(value);
  if (next.success) {
    const { delta: text, logprobs } = next.data;
    return [{ type: 'delta', text, ...(logprobs ? { logprobs: logprobs.map(logProbOf) } : {}) }];
  }
  const found = segment.safeParse(value);
  if (found.success) return [segmentOutput(found.data)];
  const chunk = chatChunk.safeParse(value);
  if (chunk.success) return [{ type: 'delta', text: chunk.data.choices[0]?.delta.content ?? '' }];
  const own = part.safeParse(value);
  if (own.success) return [{ type: 'delta', text: own.data.text }, ...(own.data.segments ?? []).map(segmentOutput)];
  if (typeof value === 'object' && value !== null && 'type' in value) return [];
  throw badAnswer(answer.place, 'sent something that is no transcription');
}
