import * as z from 'zod';
import { item } from './item.ts';
import { index, milliseconds } from './quantity.ts';
import { padding, serverEventId } from './server-event.ts';
import { detectedLanguage, logProb, transcriptionError } from './transcription.ts';
import { transcriptionUsage } from './usage.ts';

/** The conversation that a session begins with. */
export const conversation = z.object({
  id: z.string().exactOptional(),
  object: z.literal('realtime.conversation').exactOptional(),
});

const placedItem = {
  item,
  /** The item before it; null for the first of a conversation. */
  previous_item_id: z.string().nullable().exactOptional(),
};

const part = { item_id: z.string(), content_index: index };

/** Null or absent unless the session's `include` asks for them. */
const logprobs = z.array(logProb).nullable().exactOptional();

/** What a server says of the conversation and of the transcripts of what the user said. */
export const conversationEvents = {
  /** The session has a conversation. Today's service does not send it (behaviour §0 D2). */
  'conversation.created': z.object({ type: z.literal('conversation.created'), ...serverEventId, conversation }),

  /** An older event that stands for both `conversation.item.added` and `.done`. */
  'conversation.item.created': z.object({
    type: z.literal('conversation.item.created'),
    ...serverEventId,
    ...placedItem,
  }),

  /** An item joined the conversation, without its audio. If the model has only begun it, it is empty and `in_progress`. */
  'conversation.item.added': z.object({ type: z.literal('conversation.item.added'), ...serverEventId, ...placedItem }),

  /** An item is final. It comes without its audio. */
  'conversation.item.done': z.object({ type: z.literal('conversation.item.done'), ...serverEventId, ...placedItem }),

  /**
   * Answers `conversation.item.retrieve`. The item has its audio, as it was after noise reduction and voice activity
   * detection.
   */
  'conversation.item.retrieved': z.object({ type: z.literal('conversation.item.retrieved'), ...serverEventId, item }),

  /** Answers `conversation.item.truncate` and repeats its fields. */
  'conversation.item.truncated': z.object({
    type: z.literal('conversation.item.truncated'),
    ...serverEventId,
    ...part,
    audio_end_ms: milliseconds,
  }),

  /** Answers `conversation.item.delete`. */
  'conversation.item.deleted': z.object({
    type: z.literal('conversation.item.deleted'),
    ...serverEventId,
    item_id: z.string(),
  }),

  /** The next piece of the transcript of what the user said. */
  'conversation.item.input_audio_transcription.delta': z.object({
    type: z.literal('conversation.item.input_audio_transcription.delta'),
    ...serverEventId,
    item_id: z.string(),
    content_index: index.exactOptional(),
    delta: z.string().exactOptional(),
    logprobs,
    ...padding,
  }),

  /** The whole transcript of what the user said. It may come before or after the response to it. */
  'conversation.item.input_audio_transcription.completed': z.object({
    type: z.literal('conversation.item.input_audio_transcription.completed'),
    ...serverEventId,
    ...part,
    transcript: z.string(),
    usage: transcriptionUsage,
    /** The languages that were detected, if the model reports them; empty if it was sure of none. */
    languages: z.array(detectedLanguage).exactOptional(),
    logprobs,
  }),

  /** A stretch of the transcript by one speaker, from models that tell speakers apart. */
  'conversation.item.input_audio_transcription.segment': z.object({
    type: z.literal('conversation.item.input_audio_transcription.segment'),
    ...serverEventId,
    ...part,
    id: z.string(),
    text: z.string(),
    speaker: z.string(),
    /** Seconds from the start of the item's audio. */
    start: z.number(),
    /** Seconds from the start of the item's audio. */
    end: z.number(),
  }),

  /** What the user said could not be transcribed. The model got the audio all the same. */
  'conversation.item.input_audio_transcription.failed': z.object({
    type: z.literal('conversation.item.input_audio_transcription.failed'),
    ...serverEventId,
    ...part,
    error: transcriptionError,
  }),
};
