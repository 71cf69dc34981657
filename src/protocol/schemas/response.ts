import * as z from 'zod';
import { audioFormat } from './audio-format.ts';
import { mostMembers, name } from './bounded.ts';
import { item, responseInputItem } from './item.ts';
import { maxOutputTokens, metadata, oneOutputModality, outputModality, reasoning, voice } from './model-settings.ts';
import { prompt } from './prompt.ts';
import { tool, toolChoice } from './tool.ts';
import { responseUsage } from './usage.ts';

/** How one response differs from its session. Fields that are absent are as in the session. */
export const responseCreateParams = z.object({
  /** `auto` (the default) puts the response into the conversation, and `none` makes it out of band. It may be another string. */
  conversation: name.exactOptional(),
  /** What the model reads instead of the conversation. With `[]` it reads nothing but the instructions. */
  input: z.array(responseInputItem).exactOptional(),
  /** They take the place of the session's instructions. */
  instructions: z.string().exactOptional(),
  output_modalities: oneOutputModality.exactOptional(),
  audio: z
    .object({
      output: z.object({ format: audioFormat.exactOptional(), voice: voice.exactOptional() }).exactOptional(),
    })
    .exactOptional(),
  tools: z.array(tool).max(mostMembers).exactOptional(),
  tool_choice: toolChoice.exactOptional(),
  parallel_tool_calls: z.boolean().exactOptional(),
  reasoning: reasoning.exactOptional(),
  max_output_tokens: maxOutputTokens.exactOptional(),
  prompt: prompt.nullable().exactOptional(),
  /** The response carries it, too. */
  metadata: metadata.nullable().exactOptional(),
});

/** How far a response has come. All but `in_progress` are final. */
export const responseStatus = z.enum(['completed', 'cancelled', 'failed', 'incomplete', 'in_progress']);

/** Why a response ended. */
export const statusDetails = z.object({
  /** The same as the status. */
  type: z.enum(['completed', 'cancelled', 'incomplete', 'failed']).exactOptional(),
  /** A `cancelled` response has one of the first two, an `incomplete` one has one of the last two. */
  reason: z.enum(['turn_detected', 'client_cancelled', 'max_output_tokens', 'content_filter']).exactOptional(),
  /** What went wrong, if the response failed. */
  error: z
    .object({
      type: z.string().exactOptional(),
      code: z.string().exactOptional(),
      message: z.string().exactOptional(),
    })
    .exactOptional(),
});

/** An answer of the model. Servers send every key (behaviour §4.8); the types make them all optional. */
export const response = z.object({
  id: z.string().exactOptional(),
  object: z.literal('realtime.response').exactOptional(),
  status: responseStatus.exactOptional(),
  /** Null while the response runs and if it completes normally, though the official types forbid it. */
  status_details: statusDetails.nullable().exactOptional(),
  /** The items that the response made, without audio. */
  output: z.array(item).exactOptional(),
  /** Null for responses out of band, though the official types forbid it. */
  conversation_id: z.string().nullable().exactOptional(),
  output_modalities: z.array(outputModality).exactOptional(),
  max_output_tokens: z.union([z.int().min(1), z.literal('inf')]).exactOptional(),
  audio: z
    .object({
      output: z.object({ format: audioFormat.exactOptional(), voice: z.string().exactOptional() }).exactOptional(),
    })
    .exactOptional(),
  /** Null until the response is done, though the official types forbid it. */
  usage: responseUsage.nullable().exactOptional(),
  metadata: metadata.nullable().exactOptional(),
});
