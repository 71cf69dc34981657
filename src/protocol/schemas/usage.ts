import * as z from 'zod';
import { tokens } from './quantity.ts';

const tokensByKind = {
  text_tokens: tokens.exactOptional(),
  audio_tokens: tokens.exactOptional(),
  image_tokens: tokens.exactOptional(),
};

/** The tokens that a response read. Cached tokens are part of the input tokens. */
export const inputTokenDetails = z.object({
  ...tokensByKind,
  cached_tokens: tokens.exactOptional(),
  cached_tokens_details: z.object(tokensByKind).exactOptional(),
});

/** The tokens that a response wrote. */
export const outputTokenDetails = z.object({
  text_tokens: tokens.exactOptional(),
  audio_tokens: tokens.exactOptional(),
});

/** The tokens that a response used, including its whole context. Transcription is counted apart, in events of its own. */
export const responseUsage = z.object({
  total_tokens: tokens.exactOptional(),
  input_tokens: tokens.exactOptional(),
  output_tokens: tokens.exactOptional(),
  input_token_details: inputTokenDetails.exactOptional(),
  output_token_details: outputTokenDetails.exactOptional(),
});

/** The cost of a transcription by a model that is billed by token. */
export const transcriptionTokenUsage = z.object({
  type: z.literal('tokens'),
  total_tokens: tokens,
  input_tokens: tokens,
  output_tokens: tokens,
  input_token_details: z
    .object({ text_tokens: tokens.exactOptional(), audio_tokens: tokens.exactOptional() })
    .exactOptional(),
});

/** The cost of a transcription by a model that is billed by length. */
export const transcriptionDurationUsage = z.object({
  type: z.literal('duration'),
  /** The length of the audio. */
  seconds: z.number(),
});

/** What a transcription cost, at its own model's rate. */
export const transcriptionUsage = z.discriminatedUnion('type', [transcriptionTokenUsage, transcriptionDurationUsage]);

/** How much of a limit is left. */
export const rateLimit = z.object({
  name: z.enum(['requests', 'tokens']).exactOptional(),
  limit: z.int().exactOptional(),
  remaining: z.int().exactOptional(),
  /** Seconds until the whole limit is available again. */
  reset_seconds: z.number().exactOptional(),
});
