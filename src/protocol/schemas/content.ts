import * as z from 'zod';

/**
 * A part of a user message. One object for all three kinds, with every field optional, as the official types have it;
 * `type` says which fields mean something.
 */
export const userContent = z.object({
  type: z.enum(['input_text', 'input_audio', 'input_image']).exactOptional(),
  /** The text of an `input_text` part. */
  text: z.string().exactOptional(),
  /**
   * For `input_audio`: the sound, as base64 in the session's input format. Of the events, only `conversation.item.retrieved`
   * has it. Null if the official agents client sends an item back without its sound, though the types forbid null.
   */
  audio: z.string().nullable().exactOptional(),
  /**
   * For `input_audio`: the transcript of what was said; null until there is one (behaviour §2.1), though the official types
   * forbid null.
   */
  transcript: z.string().nullable().exactOptional(),
  /** For `input_image`: a data URI of a PNG or JPEG image. */
  image_url: z.string().exactOptional(),
  /** For `input_image`: how closely the model looks. Default `auto`, which is `high`. */
  detail: z.enum(['auto', 'low', 'high']).exactOptional(),
});

/** A part of a system message: text. */
export const systemContent = z.object({
  type: z.literal('input_text').exactOptional(),
  text: z.string().exactOptional(),
});

/** A part of an assistant message. Clients can only send text: the server refuses audio from them. */
export const assistantContent = z.object({
  type: z.enum(['output_text', 'output_audio']).exactOptional(),
  /** The text of an `output_text` part. */
  text: z.string().exactOptional(),
  /** For `output_audio`: the sound, as base64 in the session's output format. Only `conversation.item.retrieved` has it. */
  audio: z.string().exactOptional(),
  /** For `output_audio`: the transcript of the sound. It is removed when the audio is truncated. */
  transcript: z.string().exactOptional(),
});

/**
 * A content part in `response.content_part.*` events. Mind the types: a part that has type `text` here has `output_text` in
 * an item.
 */
export const contentPart = z.object({
  type: z.enum(['text', 'audio']).exactOptional(),
  text: z.string().exactOptional(),
  /** Base64 in the response's output format. */
  audio: z.string().exactOptional(),
  transcript: z.string().exactOptional(),
});
