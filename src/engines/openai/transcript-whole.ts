import * as z from 'zod';
import type { TranscriberOutput } from '../../core/transcription/transcriber-output.ts';
import type { LogProb, TranscriptionUsage } from '../../protocol/types.ts';
import type { Answer } from './answer.ts';
import { badAnswer } from './failure.ts';
import { languageCode } from './language-code.ts';
import { messagesOf } from './messages.ts';

const count = z.int().min(0);

const logprob = z.looseObject({ token: z.string(), logprob: z.number(), bytes: z.array(z.int()).nullish() });

export const apiLogprobs = z.array(logprob).nullish().catch(null);

/** As the API tells it; undefined if it is neither tokens nor a duration. */
export const apiTranscriptionUsage = z
  .union([
    z.object({
      type: z.literal('tokens'),
      input_tokens: count,
      output_tokens: count,
      total_tokens: count,
      input_token_details: z
        .object({ text_tokens: count.exactOptional(), audio_tokens: count.exactOptional() })
        .exactOptional(),
    }),
    z.object({ type: z.literal('duration'), seconds: z.number() }),
  ])
  .optional()
  .catch(undefined);

export const apiSegment = z.looseObject({
  text: z.string(),
  start: z.number(),
  end: z.number(),
  speaker: z.string().nullish(),
});

const transcription = z.looseObject({
  text: z.string(),
  language: z.string().nullish(),
  segments: z.array(apiSegment).nullish(),
  logprobs: apiLogprobs,
  usage: apiTranscriptionUsage,
});

/** A transcription that comes as one JSON value. */
export async function* wholeWords(answer: Answer): AsyncGenerator<TranscriberOutput, void> {
  for await (const { value } of messagesOf(answer)) {
    const parsed = transcription.safeParse(value);
    if (!parsed.success) throw badAnswer(answer.place, 'sent something that is no transcription', parsed.error);
    const { text, language, segments, logprobs, usage } = parsed.data;
    for (const each of segments ?? []) yield segmentOutput(each);
    yield completed({ text, language, logprobs, usage });
    return;
  }
}

/** A transcription that is nothing but text. */
export async function* plainWords(answer: Answer): AsyncGenerator<TranscriberOutput, void> {
  const text = await answer.text();
  if (/^\s*</.test(text)) throw badAnswer(answer.place, 'sent a web page instead of a transcription');
  yield completed({ text });
}

export function segmentOutput({ text, start, end, speaker }: z.infer<typeof apiSegment>): TranscriberOutput {
  return { type: 'segment', text: text.trim(), speaker: speaker ?? '', start, end };
}

export interface Transcript {
  readonly text: string;
  readonly language?: string | null | undefined;
  readonly logprobs?: z.infer<typeof apiLogprobs>;
  readonly usage?: TranscriptionUsage | undefined;
}

/** Models put blanks around what they hear; a transcript has none. */
export function completed({ text, language, logprobs, usage }: Transcript): TranscriberOutput {
  const code = languageCode(language ?? '');
  return {
    type: 'completed',
    transcript: text.trim(),
    ...(usage === undefined ? {} : { usage }),
    ...(logprobs ? { logprobs: logprobs.map(logProbOf) } : {}),
    ...(code === null ? {} : { languages: [{ code }] }),
  };
}

export function logProbOf({ token, logprob: value, bytes }: z.infer<typeof logprob>): LogProb {
  return { token, logprob: value, bytes: bytes ?? [...new TextEncoder().encode(token)] };
}
