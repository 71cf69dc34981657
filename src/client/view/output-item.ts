import { changeResponse, findItem, findResponse } from './change-item.ts';
import { addItem, keptItem } from './fold-conversation.ts';
import { collapsed, indexOfItem } from './item-list.ts';
import { readItem, type ToldItem } from './read-item.ts';
import type { View } from './state.ts';
import { objectOf, textOf } from './told.ts';

export interface OutputItem {
  readonly told: ToldItem | null | undefined;
  readonly responseId: string | null;
  readonly isFinal: boolean;
}

/** An item that a response begins, or ends. */
export function outputItem(view: View, { told, responseId, isFinal }: OutputItem): View {
  const item = objectOf(told);
  const itemId = textOf(item?.id);
  if (item === null || itemId === '') return view;
  const response = findResponse(view, responseId);
  const listed = withItemId(withoutStale(view, itemId), responseId, itemId);
  if (response?.outOfBand === true) return hiddenItem(listed, item, { responseId, isFinal });
  const held = findItem(listed, { itemId, responseId });
  if (held !== null) return keptItem(listed, item, { held, responseId, isFinal });
  // It was deleted in the meantime, or dropped, or its id was given to another item after that.
  const isOver = response?.itemIds.includes(itemId) === true || (isFinal && view.deletedIds.includes(itemId));
  if (isOver || listed.items.some(({ id }) => id === itemId)) return listed;
  return addItem(listed, item, { responseId, isFinal, previousId: undefined });
}

/** Servers that mint the same ids in each session give a new item the id of one from before a reconnection. */
function withoutStale(view: View, itemId: string): View {
  const index = indexOfItem(view.items, itemId);
  return view.items[index]?.stale === true ? { ...view, items: view.items.toSpliced(index, 1) } : view;
}

function withItemId(view: View, responseId: string | null, itemId: string): View {
  return changeResponse(view, responseId ?? '', (response) =>
    response.itemIds.includes(itemId)
      ? response
      : { ...response, itemIds: [...response.itemIds, itemId].slice(-view.options.maxItems) },
  );
}

/** An item of an out-of-band response stays with it. */
function hiddenItem(view: View, told: ToldItem, about: { responseId: string | null; isFinal: boolean }): View {
  return changeResponse(view, about.responseId ?? '', (response) => {
    const held = response.items.find(({ id }) => id === told.id) ?? null;
    const item = readItem(told, { ...about, held, keepAudio: view.options.keepAudio });
    if (item === null) return response;
    const items = held === null ? [...response.items, item] : response.items.with(response.items.indexOf(held), item);
    return { ...response, items: collapsed(items, view.options.maxItems) };
  });
}
