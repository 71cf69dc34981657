import * as z from 'zod';

/**
 * A part of a user message. One object for all three kinds, with every field optional, as the official types have it;
 * `type` says which fields mean something.
 */
export const userContent = z.object({
  type: z.enum(['input_text', 'input_audio', 'input_image']).exactOptional(),
  /** Of `input_text`. */
  text: z.string().exactOptional(),
  /**
   * Of `input_audio`: base64 in the session's input format. Left out of events except `conversation.item.retrieved`.
   * Null if the official agents client sends an item back without its sound, though the types forbid null.
   */
  audio: z.string().nullable().exactOptional(),
  /** Of `input_audio`: what was said; null while nobody has written it down (behaviour §2.1), though the types forbid null. */
  transcript: z.string().nullable().exactOptional(),
  /** Of `input_image`: a data URI of a PNG or JPEG image. */
  image_url: z.string().exactOptional(),
  /** Of `input_image`: how closely the model looks. Default `auto`, which is `high`. */
  detail: z.enum(['auto', 'low', 'high']).exactOptional(),
});

/** A part of a system message: text. */
export const systemContent = z.object({
  type: z.literal('input_text').exactOptional(),
  text: z.string().exactOptional(),
});

/** A part of an assistant message. Only text may come from clients: the server of a session refuses their audio. */
export const assistantContent = z.object({
  type: z.enum(['output_text', 'output_audio']).exactOptional(),
  /** Of `output_text`. */
  text: z.string().exactOptional(),
  /** Of `output_audio`: base64 in the session's output format. Left out of events except `conversation.item.retrieved`. */
  audio: z.string().exactOptional(),
  /** Of `output_audio`: what is said. Gone once the audio is cut short. */
  transcript: z.string().exactOptional(),
});

/** A part as `response.content_part.*` tell of it. Mind the types: an item says `output_text` where a part says `text`. */
export const contentPart = z.object({
  type: z.enum(['text', 'audio']).exactOptional(),
  text: z.string().exactOptional(),
  /** Base64 in the response's output format. */
  audio: z.string().exactOptional(),
  transcript: z.string().exactOptional(),
});
