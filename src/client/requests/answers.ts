import type { ServerEventMap } from '../../protocol/events/index.ts';
import type { AnyServerEvent } from '../events/server-event.ts';
import type { ItemAdded } from '../session.ts';

/** What answers a request: the event itself where it does, else null. */
export type Answer<T> = (event: AnyServerEvent) => T | null;

export const updated: Answer<ServerEventMap['session.updated']> = (event) =>
  event.type === 'session.updated' ? event : null;

export const inputCleared: Answer<ServerEventMap['input_audio_buffer.cleared']> = (event) =>
  event.type === 'input_audio_buffer.cleared' ? event : null;

export function itemAdded(itemId: string): Answer<ItemAdded> {
  return (event) => {
    const isAdded = event.type === 'conversation.item.added' || event.type === 'conversation.item.created';
    return isAdded && event.item.id === itemId ? event : null;
  };
}

export function itemRetrieved(itemId: string): Answer<ServerEventMap['conversation.item.retrieved']> {
  return (event) => (event.type === 'conversation.item.retrieved' && event.item.id === itemId ? event : null);
}

export function itemDeleted(itemId: string): Answer<ServerEventMap['conversation.item.deleted']> {
  return (event) => (event.type === 'conversation.item.deleted' && event.item_id === itemId ? event : null);
}

export function itemTruncated(
  itemId: string,
  contentIndex: number,
): Answer<ServerEventMap['conversation.item.truncated']> {
  return (event) => {
    const isSo = event.type === 'conversation.item.truncated' && event.item_id === itemId;
    return isSo && event.content_index === contentIndex ? event : null;
  };
}

/** A commit that the client asked for; `isServers` tells those that the server made of itself. */
export function inputCommitted(
  isServers: (itemId: string) => boolean,
): Answer<ServerEventMap['input_audio_buffer.committed']> {
  return (event) => (event.type === 'input_audio_buffer.committed' && !isServers(event.item_id) ? event : null);
}
