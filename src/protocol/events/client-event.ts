import type { ClientEventMap, Item, ResponseCreateParams, Session, TranslationClientEventMap } from '../types.ts';
import { isGiven, type Optional } from './given.ts';

/** A client event by its wire name, `ClientEvent<'response.create'>`; without a name, any of them. */
export type ClientEvent<T extends keyof ClientEventMap = keyof ClientEventMap> = ClientEventMap[T];

/**
 * Makes the client events, without an id: `withEventId` gives them one. Optional arguments may be undefined or null and
 * are then left out of the event. Arguments are neither checked nor copied.
 */
export const ClientEvent = {
  /** Changes the fields that are sent, leaves the others. Answered by `session.updated`. */
  sessionUpdate: (session: Session): ClientEvent<'session.update'> => ({
    type: 'session.update',
    session,
  }),

  /** Adds sound to the end of the input buffer: base64 in the session's input format, at most 15 MiB. No answer. */
  appendAudio: (audio: string): ClientEvent<'input_audio_buffer.append'> => ({
    type: 'input_audio_buffer.append',
    audio,
  }),

  clearAudio: (): ClientEvent<'input_audio_buffer.clear'> => ({ type: 'input_audio_buffer.clear' }),

  /** Makes a user message of the buffered sound. Starts no response. */
  commitAudio: (): ClientEvent<'input_audio_buffer.commit'> => ({ type: 'input_audio_buffer.commit' }),

  /** Cuts off sound that is playing now; WebRTC and SIP only. */
  clearOutputAudio: (): ClientEvent<'output_audio_buffer.clear'> => ({ type: 'output_audio_buffer.clear' }),

  /** Adds an item to the end of the conversation. */
  createItem: (item: Item): ClientEvent<'conversation.item.create'> => ({ type: 'conversation.item.create', item }),

  /** Adds an item behind another; `root` stands for the very beginning. */
  createItemAfter: (item: Item, previousItemId: Optional<string>): ClientEvent<'conversation.item.create'> => ({
    type: 'conversation.item.create',
    ...(isGiven(previousItemId) && { previous_item_id: previousItemId }),
    item,
  }),

  deleteItem: (itemId: string): ClientEvent<'conversation.item.delete'> => ({
    type: 'conversation.item.delete',
    item_id: itemId,
  }),

  /** Asks for the server's copy of an item, audio included. */
  retrieveItem: (itemId: string): ClientEvent<'conversation.item.retrieve'> => ({
    type: 'conversation.item.retrieve',
    item_id: itemId,
  }),

  /** Cuts an assistant message to the audio that was heard. `contentIndex` is 0; `audioEndMs` is inclusive. */
  truncateItem: (
    itemId: string,
    contentIndex: number,
    audioEndMs: number,
  ): ClientEvent<'conversation.item.truncate'> => ({
    type: 'conversation.item.truncate',
    item_id: itemId,
    content_index: contentIndex,
    audio_end_ms: audioEndMs,
  }),

  /** Starts a response; the settings hold for this one only. */
  createResponse: (response?: Optional<ResponseCreateParams>): ClientEvent<'response.create'> => ({
    type: 'response.create',
    ...(isGiven(response) && { response }),
  }),

  /** Stops the named response, or without a name the one in the default conversation. */
  cancelResponse: (responseId?: Optional<string>): ClientEvent<'response.cancel'> => ({
    type: 'response.cancel',
    ...(isGiven(responseId) && { response_id: responseId }),
  }),
};

/** The same client event under this id (at most 512 characters), by which an `error` names it. The given one stays as it is. */
export function withEventId<E extends ClientEvent | TranslationClientEventMap[keyof TranslationClientEventMap]>(
  event: E,
  id: string,
): E & { event_id: string } {
  return { ...event, event_id: id };
}
