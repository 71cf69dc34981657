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
   * Changes those settings of the session that are present. If one of them is wrong, nothing changes. Answer:
   * `session.updated` with all settings in effect.
   */
  'session.update': z.object({ type: z.literal('session.update'), ...clientEventId, session }),

  /** Adds sound to the end of the input audio buffer. There is no answer. At most 15 MiB of audio. */
  'input_audio_buffer.append': z.object({
    type: z.literal('input_audio_buffer.append'),
    ...clientEventId,
    /** Base64 in the session's input format. The schema does not check that it is base64; that shows when it is decoded. */
    audio: z.string(),
  }),

  /**
   * Makes a user message of the input audio buffer. It never starts a response. Answer: `input_audio_buffer.committed`, or
   * an error if there is too little audio.
   */
  'input_audio_buffer.commit': z.object({ type: z.literal('input_audio_buffer.commit'), ...clientEventId }),

  /** Empties the input audio buffer. Answer: `input_audio_buffer.cleared`. */
  'input_audio_buffer.clear': z.object({ type: z.literal('input_audio_buffer.clear'), ...clientEventId }),

  /**
   * Stops the sound that is playing. WebRTC and SIP only: a WebSocket has no output audio buffer. Answer:
   * `output_audio_buffer.cleared`.
   */
  'output_audio_buffer.clear': z.object({ type: z.literal('output_audio_buffer.clear'), ...clientEventId }),

  /** Adds an item to the conversation. It never starts a response. Answer: `conversation.item.added` and `.done`. */
  'conversation.item.create': z.object({
    type: z.literal('conversation.item.create'),
    ...clientEventId,
    /**
     * The id of the item that comes before the new one. `root` puts it first; if this is absent or empty, it goes last.
     * Never null.
     */
    previous_item_id: z.string().exactOptional(),
    item: clientItem,
  }),

  /** Asks for the server's copy of an item, audio included. Answer: `conversation.item.retrieved`. */
  'conversation.item.retrieve': z.object({
    type: z.literal('conversation.item.retrieve'),
    ...clientEventId,
    item_id: z.string(),
  }),

  /**
   * Cuts off the part of an assistant's audio that was not heard, and removes the transcript. Answer:
   * `conversation.item.truncated`.
   */
  'conversation.item.truncate': z.object({
    type: z.literal('conversation.item.truncate'),
    ...clientEventId,
    item_id: z.string(),
    /** The content part to cut; 0 in practice. */
    content_index: index,
    /** How much of the audio was heard, in milliseconds; the cut comes after it. */
    audio_end_ms: milliseconds,
  }),

  /** Removes an item from the conversation. Answer: `conversation.item.deleted`. */
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
    /** If it is absent, the response that runs in the default conversation is stopped. */
    response_id: name.exactOptional(),
  }),
} satisfies Record<ClientEventType, z.ZodObject>;
