import * as z from 'zod';
import type { ClientEventType } from '../event-types.ts';
import { name } from './bounded.ts';
import { clientItem } from './item.ts';
import { index, milliseconds } from './quantity.ts';
import { responseCreateParams } from './response.ts';
import { session } from './session-kind.ts';

/** What every client event may carry: an id of the client's own, which errors about the event name again. */
export const clientEventId = {
  /** At most 512 characters. */
  event_id: z.string().max(512).exactOptional(),
};

/** Every event that a client sends in a realtime or a transcription session, by its wire type. */
export const clientEvents = {
  /**
   * Changes settings of the session: those present, and nothing if one of them is wrong.
   * Answer: `session.updated` with all settings in effect.
   */
  'session.update': z.object({ type: z.literal('session.update'), ...clientEventId, session }),

  /** Adds sound to the end of the input buffer. No answer. At most 15 MiB of audio. */
  'input_audio_buffer.append': z.object({
    type: z.literal('input_audio_buffer.append'),
    ...clientEventId,
    /** Base64 in the session's input format. Whether it is base64 shows when it is decoded, not here. */
    audio: z.string(),
  }),

  /**
   * Makes a user message of the input buffer, and never a response.
   * Answer: `input_audio_buffer.committed`; an error if there is too little audio.
   */
  'input_audio_buffer.commit': z.object({ type: z.literal('input_audio_buffer.commit'), ...clientEventId }),

  /** Forgets the input buffer. Answer: `input_audio_buffer.cleared`. */
  'input_audio_buffer.clear': z.object({ type: z.literal('input_audio_buffer.clear'), ...clientEventId }),

  /** Silences what is playing. WebRTC and SIP only: a WebSocket has no output buffer. Answer: `output_audio_buffer.cleared`. */
  'output_audio_buffer.clear': z.object({ type: z.literal('output_audio_buffer.clear'), ...clientEventId }),

  /** Adds an item to the conversation, and never a response. Answer: `conversation.item.added` and `.done`. */
  'conversation.item.create': z.object({
    type: z.literal('conversation.item.create'),
    ...clientEventId,
    /** The item to follow; `root`: come first; absent or empty: come last. Never null. */
    previous_item_id: z.string().exactOptional(),
    item: clientItem,
  }),

  /** Asks for the server's copy of an item, audio included. Answer: `conversation.item.retrieved`. */
  'conversation.item.retrieve': z.object({
    type: z.literal('conversation.item.retrieve'),
    ...clientEventId,
    item_id: z.string(),
  }),

  /** Cuts away what was not heard of an assistant's audio, and its transcript. Answer: `conversation.item.truncated`. */
  'conversation.item.truncate': z.object({
    type: z.literal('conversation.item.truncate'),
    ...clientEventId,
    item_id: z.string(),
    /** The part to cut: 0 in practice. */
    content_index: index,
    /** How much of the audio was heard; the cut comes after it. */
    audio_end_ms: milliseconds,
  }),

  /** Takes an item out of the conversation. Answer: `conversation.item.deleted`. */
  'conversation.item.delete': z.object({
    type: z.literal('conversation.item.delete'),
    ...clientEventId,
    item_id: z.string(),
  }),

  /** Starts a response. Answer: `response.created`, the response's events, `response.done`. */
  'response.create': z.object({
    type: z.literal('response.create'),
    ...clientEventId,
    response: responseCreateParams.exactOptional(),
  }),

  /** Stops a response. Answer: `response.done` with status `cancelled`. */
  'response.cancel': z.object({
    type: z.literal('response.cancel'),
    ...clientEventId,
    /** Absent: the one that runs in the default conversation. */
    response_id: name.exactOptional(),
  }),
} satisfies Record<ClientEventType, z.ZodObject>;
