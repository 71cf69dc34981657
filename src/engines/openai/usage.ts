import * as z from 'zod';
import type { ResponseUsage } from '../../protocol/types.ts';

const count = z.int().min(0).nullish().catch(null);
const details = z.looseObject({ cached_tokens: count, audio_tokens: count, image_tokens: count }).nullish().catch(null);

/** Usage as the two APIs tell it; what is no count is as good as absent. */
export const apiUsage = z
  .looseObject({
    prompt_tokens: count,
    completion_tokens: count,
    prompt_tokens_details: details,
    completion_tokens_details: details,
    input_tokens: count,
    output_tokens: count,
    input_tokens_details: details,
    output_tokens_details: details,
    total_tokens: count,
  })
  .nullish()
  .catch(null);

/** The same as a response's usage; undefined if the server counts nothing. What is neither sound nor image is text. */
export function responseUsage(usage: z.infer<typeof apiUsage>): ResponseUsage | undefined {
  const input = usage?.prompt_tokens ?? usage?.input_tokens;
  const output = usage?.completion_tokens ?? usage?.output_tokens;
  if (typeof input !== 'number' || typeof output !== 'number') return undefined;
  const read = usage?.prompt_tokens_details ?? usage?.input_tokens_details ?? {};
  const written = usage?.completion_tokens_details ?? usage?.output_tokens_details ?? {};
  const { cached_tokens: cached } = read;
  return {
    total_tokens: usage?.total_tokens ?? input + output,
    input_tokens: input,
    output_tokens: output,
    input_token_details: { ...byKind(input, read), ...(typeof cached === 'number' ? { cached_tokens: cached } : {}) },
    output_token_details: byKind(output, { audio_tokens: written.audio_tokens }),
  };
}

interface Kinds {
  readonly audio_tokens?: number | null | undefined;
  readonly image_tokens?: number | null | undefined;
}

function byKind(total: number, { audio_tokens: audio, image_tokens: image }: Kinds) {
  return {
    text_tokens: Math.max(0, total - (audio ?? 0) - (image ?? 0)),
    ...(typeof audio === 'number' ? { audio_tokens: audio } : {}),
    ...(typeof image === 'number' ? { image_tokens: image } : {}),
  };
}
