import { findItem } from './change-item.ts';
import type { ViewItem } from './item.ts';
import { collapsed, indexOfItem, placed } from './item-list.ts';
import { linked } from './linked.ts';
import { readItem, type ToldItem } from './read-item.ts';
import type { View } from './state.ts';
import { numberOf, objectOf, type ToldEvent, textOf } from './told.ts';

/** What a server says of the conversation's items. */
export function foldConversation(view: View, event: ToldEvent): View {
  switch (event.type) {
    case 'conversation.item.created':
    case 'conversation.item.added':
      return announced(view, objectOf(event.item), { isFinal: false, previousId: event.previous_item_id });
    case 'conversation.item.done':
      return announced(view, objectOf(event.item), { isFinal: true, previousId: event.previous_item_id });
    case 'conversation.item.retrieved':
      return retrieved(view, objectOf(event.item));
    case 'conversation.item.deleted':
      return deleted(view, textOf(event.item_id));
    case 'conversation.item.truncated':
      return truncated(view, event);
    default:
      return view;
  }
}

interface Telling {
  readonly isFinal: boolean;
  readonly previousId: string | null | undefined;
}

function announced(view: View, item: ToldItem | null, { isFinal, previousId }: Telling): View {
  if (item === null) return view;
  const held = findItem(view, { itemId: textOf(item.id), responseId: null });
  const isHere = held !== null && indexOfItem(view.items, held.id) >= 0;
  if (!isHere) return addItem(view, item, { responseId: null, isFinal, previousId });
  return held.stale
    ? restored(view, item, { isFinal, previousId })
    : moved(keptItem(view, item, { held, responseId: null, isFinal }), held, previousId);
}

/**
 * The response told of the item first, so it stands at the end; if the server then puts it elsewhere, it moves there. A
 * null link is not believed here: what a response makes is never the first of a conversation that has begun.
 */
function moved(view: View, held: ViewItem, previousId: string | null | undefined): View {
  if (held.responseId === null || typeof previousId !== 'string') return view;
  const index = indexOfItem(view.items, held.id);
  const item = view.items[index];
  if (item === undefined || index < view.items.length - 1) return view;
  if (view.items[index - 1]?.id === previousId || indexOfItem(view.items, previousId) < 0) return view;
  return { ...view, items: placed(view.items.toSpliced(index, 1), item, previousId) };
}

/** An item that a reconnection brought back: it keeps its place where the order allows. */
function restored(view: View, item: ToldItem, { isFinal, previousId }: Telling): View {
  const index = indexOfItem(view.items, textOf(item.id));
  const read = readItem(item, { isFinal, held: null, responseId: null, keepAudio: view.options.keepAudio });
  if (read === null) return view;
  const before = view.items.slice(0, index).findLast(({ stale }) => !stale)?.id ?? null;
  const after = view.items.slice(index + 1).some(({ stale }) => !stale);
  const fits = previousId === undefined ? !after : before === previousId;
  const items = fits ? view.items.with(index, read) : placed(view.items.toSpliced(index, 1), read, previousId);
  return linked({ ...view, items }, read);
}

/** Where a new item comes from, and where it goes. */
export interface NewItem extends Telling {
  readonly responseId: string | null;
}

/** Adds an item to the conversation. */
export function addItem(view: View, told: ToldItem, { responseId, isFinal, previousId }: NewItem): View {
  const read = readItem(told, { isFinal, held: null, responseId, keepAudio: view.options.keepAudio });
  if (read === null) return view;
  const [item, early] = withEarlyWords(view, read);
  const { maxItems } = view.options;
  // What stood before an item that is no longer kept is not known to this list: it goes to its beginning.
  const isGone = view.collapsed > 0 && typeof previousId === 'string' && indexOfItem(view.items, previousId) < 0;
  const all = placed(view.items, item, isGone ? null : previousId);
  const items = collapsed(all, maxItems);
  return linked({ ...view, items, early, collapsed: view.collapsed + all.length - items.length }, item);
}

/** What was heard of a turn before its item came. */
function withEarlyWords(view: View, item: ViewItem): readonly [ViewItem, View['early']] {
  const words = view.early.find(({ itemId }) => itemId === item.id);
  if (words === undefined) return [item, view.early];
  const early = view.early.filter((each) => each !== words);
  if (item.kind !== 'message') return [item, early];
  const parts = item.parts.map((part) =>
    part.type === 'input_audio' && part.transcription === 'none' ? { ...words.part, audio: part.audio } : part,
  );
  return [{ ...item, parts }, early];
}

interface Kept {
  readonly held: ViewItem;
  readonly responseId: string | null;
  readonly isFinal: boolean;
}

/** An item of the conversation that is told of again. */
export function keptItem(view: View, told: ToldItem, about: Kept): View {
  const index = indexOfItem(view.items, about.held.id);
  const item = readItem(told, { ...about, keepAudio: view.options.keepAudio });
  if (item === null || index < 0) return view;
  // It was over already: an event that tells of its beginning came twice, or late.
  const status = item.status === 'in_progress' ? about.held.status : item.status;
  return linked({ ...view, items: view.items.with(index, { ...item, status }) }, item);
}

/** The server's own copy: it knows transcripts and sound that no event told of. */
function retrieved(view: View, told: ToldItem | null): View {
  const index = indexOfItem(view.items, textOf(told?.id));
  const held = view.items[index];
  if (told === null || held === undefined || held.stale || held.status === 'in_progress') return view;
  const item = readItem(told, { isFinal: true, held, responseId: null, keepAudio: view.options.keepAudio });
  return item === null ? view : { ...view, items: view.items.with(index, item) };
}

/** Deleted ids that are remembered. */
const mostDeleted = 100;

function deleted(view: View, id: string): View {
  const index = indexOfItem(view.items, id);
  const item = view.items[index];
  const deletedIds = [...view.deletedIds, id].slice(-mostDeleted);
  const early = view.early.filter(({ itemId }) => itemId !== id);
  if (item === undefined || item.stale) return { ...view, early, deletedIds };
  const items = view.items
    .toSpliced(index, 1)
    .map((each) => (isOutputOf(item, each) ? { ...each, output: null } : each));
  return { ...view, items, early, deletedIds };
}

function isOutputOf(item: ViewItem, call: ViewItem): call is Extract<ViewItem, { kind: 'function_call' }> {
  return item.kind === 'function_call_output' && call.kind === 'function_call' && call.callId === item.callId;
}

function truncated(view: View, event: ToldEvent<'conversation.item.truncated'>): View {
  const index = indexOfItem(view.items, textOf(event.item_id));
  const item = view.items[index];
  if (item?.kind !== 'message') return view;
  const truncatedAtMs = numberOf(event.audio_end_ms);
  const parts = item.parts.map((part, at) =>
    part.type === 'output_audio' && at === numberOf(event.content_index) ? { ...part, truncatedAtMs } : part,
  );
  return { ...view, items: view.items.with(index, { ...item, parts, interrupted: true }) };
}
