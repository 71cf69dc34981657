import * as z from 'zod';
import { name } from './bounded.ts';
import { tokens } from './quantity.ts';
import { supportedValues } from './supported-values.ts';

/** What the model answers with. `audio` comes with its transcript. */
export const outputModality = z.enum(['text', 'audio']);

/** The output that a client asks for: text or audio, never both (behaviour §1.3). */
export const oneOutputModality = z
  .array(outputModality)
  .min(1)
  .max(1)
  .register(supportedValues, { supported: "['text'], ['audio']" });

/** The most tokens that one response may hold, tool calls included. `inf` means as many as the model can. */
export const maxOutputTokens = z.union([z.int().min(1).max(4096), z.literal('inf')]);

/** A voice: one of the API's own (`alloy`, `ash`, `ballad`, `coral`, `echo`, `sage`, `shimmer`, `verse`, `marin`, `cedar`),
 * any other name that the server knows, or `{id}` of a voice of the account. */
export const voice = z.union([name, z.object({ id: name })]);

/** How much the model thinks before it answers. For reasoning models only. */
export const reasoning = z.object({
  /** Default `low`. */
  effort: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).exactOptional(),
});

/** What the account's traces say about the session. It can't change once tracing is on. */
export const tracingSettings = z.object({
  /** The name of the workflow in the traces. */
  workflow_name: name.exactOptional(),
  /** Ties several sessions together. */
  group_id: name.exactOptional(),
  /** Shown with the trace. Free JSON. */
  metadata: z.unknown().exactOptional(),
});

/** `auto` traces under default names. Null (the default) does not trace. */
export const tracing = z.union([z.literal('auto'), tracingSettings]).nullable();

/** Drops more than is needed at once, so that the start of the context stays the same for longer and can be cached. */
export const retentionRatioTruncation = z.object({
  type: z.literal('retention_ratio'),
  /** The share of the tokens after the instructions that is kept when something must be dropped. */
  retention_ratio: z.number().min(0).max(1),
  token_limits: z
    .object({
      /** The most tokens after the instructions; the instructions and tools do not count. */
      post_instructions: tokens.min(0).exactOptional(),
    })
    .exactOptional(),
});

/**
 * What happens when the conversation is too long for the model: its oldest items are dropped (`auto`, the default), or the
 * response fails (`disabled`).
 */
export const truncation = z.union([z.enum(['auto', 'disabled']), retentionRatioTruncation]);

/** The most pairs that metadata may hold. */
const maxMetadataPairs = 16;

/** Notes of the client, which the server gives back unread: at most 16 pairs, keys up to 64 characters, values up to 512. */
export const metadata = z
  .record(z.string().max(64), z.string().max(512))
  .refine((pairs) => Object.keys(pairs).length <= maxMetadataPairs)
  .meta({ maxProperties: maxMetadataPairs });
