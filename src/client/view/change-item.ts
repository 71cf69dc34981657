import type { ViewItem } from './item.ts';
import { indexOfItem } from './item-list.ts';
import type { View, ViewResponse } from './state.ts';

/** Names the item that an event is about. */
export interface ItemName {
  readonly itemId: string;
  /** The response that says so; null if the event names none. */
  readonly responseId: string | null;
}

/** Where an item is held: in the conversation, or in an out-of-band response. */
type Place = { readonly index: number; readonly response: number | null };

/** The item, wherever it is held; null if it is not, or belongs to another response by now. */
export function findItem(view: View, name: ItemName): ViewItem | null {
  const place = placeOf(view, name);
  return place === null ? null : (listAt(view, place)[place.index] ?? null);
}

/** The view with the item changed; the same view where the item is not held. */
export function changeItem(view: View, name: ItemName, change: (item: ViewItem) => ViewItem): View {
  const place = placeOf(view, name);
  if (place === null) return view;
  const items = listAt(view, place);
  const held = items[place.index];
  if (held === undefined) return view;
  const changed = change(held);
  if (changed === held) return view;
  const list = items.with(place.index, changed);
  if (place.response === null) return { ...view, items: list };
  return changeResponseAt(view, place.response, (response) => ({ ...response, items: list }));
}

/** The view with a response changed; the same view where it is not held. */
export function changeResponse(view: View, id: string, change: (response: ViewResponse) => ViewResponse): View {
  const index = indexOfResponse(view, id);
  return index < 0 ? view : changeResponseAt(view, index, change);
}

export function findResponse(view: View, id: string | null): ViewResponse | null {
  return id === null ? null : (view.responses[indexOfResponse(view, id)] ?? null);
}

function changeResponseAt(view: View, index: number, change: (response: ViewResponse) => ViewResponse): View {
  const held = view.responses[index];
  if (held === undefined) return view;
  const changed = change(held);
  return changed === held ? view : { ...view, responses: view.responses.with(index, changed) };
}

function indexOfResponse(view: View, id: string): number {
  return view.responses.findLastIndex((response) => response.id === id);
}

function listAt(view: View, { response }: Place): readonly ViewItem[] {
  return response === null ? view.items : (view.responses[response]?.items ?? []);
}

function placeOf(view: View, { itemId, responseId }: ItemName): Place | null {
  const response = responseId === null ? -1 : indexOfResponse(view, responseId);
  if (view.responses[response]?.outOfBand === true) return hiddenPlace(view, itemId, response);
  const index = indexOfItem(view.items, itemId);
  const item = view.items[index];
  if (item !== undefined) return isMadeBy(item, responseId) ? { index, response: null } : null;
  return responseId === null ? hiddenPlace(view, itemId, view.responses.length - 1) : null;
}

/** Events of MCP calls name no response. */
function hiddenPlace(view: View, itemId: string, newest: number): Place | null {
  for (let response = newest; response >= 0; response--) {
    const index = indexOfItem(view.responses[response]?.items ?? [], itemId);
    if (index >= 0) return { index, response };
  }
  return null;
}

/** A deleted id may be given to another item while the response still speaks of the first. */
function isMadeBy(item: ViewItem, responseId: string | null): boolean {
  if (responseId === null || item.responseId === responseId) return true;
  return item.responseId === null && item.status === 'in_progress';
}
