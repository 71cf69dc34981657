import * as z from 'zod';
import { contentPart } from './content.ts';
import { item } from './item.ts';
import { index } from './quantity.ts';
import { response } from './response.ts';
import { padding, serverEventId } from './server-event.ts';

/** Names an item of a response's output. */
const outputItem = { response_id: z.string(), item_id: z.string(), output_index: index };

/** Names a content part of such an item. */
const outputPart = { ...outputItem, content_index: index };

/** What a server says of a response as it is made. Each `done` also comes when the response is cut short. */
export const responseEvents = {
  /** The first event of a response. */
  'response.created': z.object({ type: z.literal('response.created'), ...serverEventId, response }),

  /** The last event of a response, however it ended. */
  'response.done': z.object({ type: z.literal('response.done'), ...serverEventId, response }),

  /** The model begins an item, which is still empty and `in_progress`. */
  'response.output_item.added': z.object({
    type: z.literal('response.output_item.added'),
    ...serverEventId,
    response_id: z.string(),
    output_index: index,
    item,
  }),

  /** An item is final. It comes without its audio. */
  'response.output_item.done': z.object({
    type: z.literal('response.output_item.done'),
    ...serverEventId,
    response_id: z.string(),
    output_index: index,
    item,
  }),

  /** A content part begins. */
  'response.content_part.added': z.object({
    type: z.literal('response.content_part.added'),
    ...serverEventId,
    ...outputPart,
    part: contentPart,
  }),

  /** A content part is final. It comes without its audio. */
  'response.content_part.done': z.object({
    type: z.literal('response.content_part.done'),
    ...serverEventId,
    ...outputPart,
    part: contentPart,
  }),

  /** The next piece of a text. */
  'response.output_text.delta': z.object({
    type: z.literal('response.output_text.delta'),
    ...serverEventId,
    ...outputPart,
    delta: z.string(),
    ...padding,
  }),

  /** The whole text. */
  'response.output_text.done': z.object({
    type: z.literal('response.output_text.done'),
    ...serverEventId,
    ...outputPart,
    text: z.string(),
  }),

  /** The next piece of the sound. On a WebSocket the sound comes in these events. */
  'response.output_audio.delta': z.object({
    type: z.literal('response.output_audio.delta'),
    ...serverEventId,
    ...outputPart,
    /** Base64 in the response's output format. */
    delta: z.string(),
  }),

  /** The sound is complete. */
  'response.output_audio.done': z.object({
    type: z.literal('response.output_audio.done'),
    ...serverEventId,
    ...outputPart,
  }),

  /** The next piece of the sound's transcript. */
  'response.output_audio_transcript.delta': z.object({
    type: z.literal('response.output_audio_transcript.delta'),
    ...serverEventId,
    ...outputPart,
    delta: z.string(),
    ...padding,
  }),

  /** The whole transcript of the sound. */
  'response.output_audio_transcript.done': z.object({
    type: z.literal('response.output_audio_transcript.done'),
    ...serverEventId,
    ...outputPart,
    transcript: z.string(),
  }),

  /** The next piece of the arguments of a function call, as JSON text. */
  'response.function_call_arguments.delta': z.object({
    type: z.literal('response.function_call_arguments.delta'),
    ...serverEventId,
    ...outputItem,
    call_id: z.string(),
    delta: z.string(),
    ...padding,
  }),

  /** All arguments of a function call. */
  'response.function_call_arguments.done': z.object({
    type: z.literal('response.function_call_arguments.done'),
    ...serverEventId,
    ...outputItem,
    call_id: z.string(),
    /** The name of the function. */
    name: z.string(),
    /** JSON text. */
    arguments: z.string(),
  }),
};
