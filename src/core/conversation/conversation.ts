import type { ApiError, Item, UserMessage } from '../../protocol/types.ts';
import { bytesToTicks, formatName } from '../audio-clock.ts';
import { type Draft, emit, mint, reject } from '../draft.ts';
import { mistakes } from '../mistakes.ts';
import type { Entry, ItemAudio } from './entry.ts';
import { entryOf, hasCall, type ItemList, idBefore, insertedAfter, lastId, removed, updated } from './item-list.ts';
import { isWithin } from './room.ts';
import { wordsOf } from './words.ts';

/** What a client asks to add: the item without its audio, which comes decoded beside it, by content index. */
export interface ItemToCreate {
  readonly item: Item;
  readonly previousItemId: string | undefined;
  readonly audio: readonly (Uint8Array | null)[];
}

/** `conversation.item.create` (behaviour §3.1). Says whether the item was added. */
export function create(draft: Draft, asked: ItemToCreate): boolean {
  const place = placeAfter(draft, asked.previousItemId);
  const given = asked.item.id;
  if (given === '' || given === 'root') return refused(draft, mistakes.itemIdReserved(given));
  if (given !== undefined && isTaken(draft, given)) return refused(draft, mistakes.itemExists(given));
  if (place === undefined) return refused(draft, mistakes.previousItemUnknown(asked.previousItemId ?? ''));
  const mistake = contentMistake(draft, asked.item);
  if (mistake !== null) return refused(draft, mistake);
  const item = completed(draft, asked.item);
  const format = formatName(draft.session.config.audio.input.format);
  const audio = asked.audio.flatMap((bytes, contentIndex): ItemAudio[] =>
    bytes === null ? [] : [{ contentIndex, format, ticks: bytesToTicks(bytes.byteLength, format), marks: [] }],
  );
  const entry: Entry = { item, words: wordsOf(item), audio, truncated: false, saidBy: null, dropped: false };
  const { conversation, rules } = draft.session;
  const items = insertedAfter(conversation.items, place, entry);
  if (!isWithin(draft.session, items)) return refused(draft, mistakes.conversationFull(rules));
  asked.audio.forEach((bytes, contentIndex) => {
    if (bytes !== null) draft.effects.push({ do: 'keep-given', itemId: item.id, contentIndex, format, audio: bytes });
  });
  hold(draft, items);
  announce(draft, item.id, 'added');
  announce(draft, item.id, 'done');
  return true;
}

function refused(draft: Draft, error: ApiError): false {
  reject(draft, error);
  return false;
}

/** Adds a finished item at the end and tells of it. */
export function append(draft: Draft, entry: Entry): void {
  insert(draft, lastId(draft.session.conversation.items), entry);
  announce(draft, entry.item.id, 'added');
  announce(draft, entry.item.id, 'done');
}

/** Adds an item that a response, or a listing, of this id has begun. */
export function begin(draft: Draft, item: Item & { id: string }, saidBy: string): void {
  insert(draft, lastId(draft.session.conversation.items), begun(item, saidBy));
  announce(draft, item.id, 'added');
}

/** The entry of an item that a response, or a listing, of this id has begun. */
export function begun(item: Item & { id: string }, saidBy: string): Entry {
  return { item, words: null, audio: [], truncated: false, saidBy, dropped: false };
}

/** An item that is done: as it is shown, what was said in it, and its sound. */
export interface Finished extends Pick<Entry, 'words' | 'audio'> {
  readonly item: Item & { id: string };
}

/**
 * An item that `saidBy` began is done: its content enters the conversation once, and what was truncated stays unheard. An
 * item that was deleted meanwhile is not touched, also where a client has created another under its id.
 */
export function finish(draft: Draft, finished: Finished, saidBy: string): void {
  const { item, words, audio } = finished;
  const held = find(draft, item.id);
  if (held?.saidBy !== saidBy) return;
  const content = held.truncated ? { item: unheard(item) } : { item, words, audio };
  update(draft, item.id, { ...content, saidBy: null });
  announce(draft, item.id, 'done', item);
}

/** `conversation.item.delete` (behaviour §3.2). Says whether there was such an item. */
export function remove(draft: Draft, itemId: string): boolean {
  if (find(draft, itemId) === null) return refused(draft, mistakes.deleteUnknown(itemId));
  const transcriptions = draft.session.transcriptions.map((each) =>
    each.itemId === itemId ? { ...each, orphaned: true } : each,
  );
  draft.session = { ...draft.session, transcriptions };
  hold(draft, removed(draft.session.conversation.items, itemId));
  draft.effects.push({ do: 'forget-audio', itemId });
  emit(draft, 'conversation.item.deleted', { item_id: itemId });
  return true;
}

/** An id that an item of the conversation has, or that the item of the speech that goes on will have. */
function isTaken(draft: Draft, itemId: string): boolean {
  const { turn, streaming } = draft.session;
  return (
    find(draft, itemId) !== null ||
    (turn.phase === 'speaking' && turn.itemId === itemId) ||
    streaming?.itemId === itemId
  );
}

export function find(draft: Draft, itemId: string): Entry | null {
  return entryOf(draft.session.conversation.items, itemId);
}

/** Replaces parts of an entry. */
export function update(draft: Draft, itemId: string, change: Partial<Entry>): void {
  hold(draft, updated(draft.session.conversation.items, itemId, change));
}

/** The conversation's items are these from now on. */
export function hold(draft: Draft, items: ItemList): void {
  draft.session = { ...draft.session, conversation: { ...draft.session.conversation, items } };
}

/** The transcript of audio that was cut is gone, so that nobody takes it for heard (behaviour §3.2). */
export function unheard<T extends Item>(item: T): T {
  if (item.type !== 'message' || item.role !== 'assistant') return item;
  const content = item.content.map((part) => {
    const { transcript: _transcript, ...rest } = part;
    return rest;
  });
  return { ...item, content };
}

/** `previousId` null: before all others. */
function insert(draft: Draft, previousId: string | null, entry: Entry): void {
  hold(draft, insertedAfter(draft.session.conversation.items, previousId, entry));
}

function announce(draft: Draft, itemId: string, what: 'added' | 'done', shown?: Item): void {
  const item = shown ?? find(draft, itemId)?.item;
  if (item === undefined) return;
  const previous_item_id = idBefore(draft.session.conversation.items, itemId);
  if (what === 'added') emit(draft, 'conversation.item.added', { item, previous_item_id });
  else emit(draft, 'conversation.item.done', { item, previous_item_id });
}

/**
 * The id of the item that an item goes after, null where it comes first: absent or "" appends, "root" puts first.
 * Undefined where the item named is unknown.
 */
function placeAfter(draft: Draft, previousItemId: string | undefined): string | null | undefined {
  const { items } = draft.session.conversation;
  if (previousItemId === undefined || previousItemId === '') return lastId(items);
  if (previousItemId === 'root') return null;
  return entryOf(items, previousItemId) === null ? undefined : previousItemId;
}

function contentMistake(draft: Draft, item: Item) {
  if (item.type === 'message' && item.role === 'user') return imageMistake(item.content, 'item');
  if (item.type === 'message' && item.role === 'assistant') {
    const index = item.content.findIndex((part) => part.type === 'output_audio');
    return index < 0 ? null : mistakes.assistantAudio(index);
  }
  if (item.type === 'function_call_output') {
    return hasCall(draft.session.conversation.items, item.call_id) ? null : mistakes.callUnknown(item.call_id);
  }
  if (item.type !== 'mcp_approval_response') return null;
  const isAsked = draft.session.mcp.asked.some(({ requestId }) => requestId === item.approval_request_id);
  return isAsked ? null : mistakes.approvalUnknown(item.approval_request_id);
}

/** An image is a data URI of a PNG or JPEG (behaviour §3.1), wherever the message stands: no model is sent to fetch one. */
export function imageMistake(content: UserMessage['content'], path: string): ApiError | null {
  const index = content.findIndex(({ type, image_url }) => type === 'input_image' && !isImage(image_url));
  return index < 0 ? null : mistakes.notAnImage(`${path}.content[${index}]`, content[index]?.image_url);
}

function isImage(url: string | undefined): boolean {
  return url !== undefined && /^data:image\/(?:png|jpe?g);base64,/i.test(url);
}

/** The item as the conversation holds it: with an id, done, and with the keys that readers rely on (behaviour §2.1, §10). */
function completed(draft: Draft, item: Item): Item & { id: string } {
  const id = item.id ?? mint(draft, 'item');
  switch (item.type) {
    case 'message':
      return item.role === 'user'
        ? { ...item, id, status: 'completed', content: item.content.map(withoutAudio) }
        : { ...item, id, status: 'completed' };
    case 'function_call':
      return { ...item, id, status: 'completed', call_id: item.call_id ?? mint(draft, 'call') };
    case 'function_call_output':
      return { ...item, id, status: 'completed' };
    case 'mcp_call':
      return { approval_request_id: null, output: null, error: null, ...item, id };
    default:
      return { ...item, id };
  }
}

type UserPart = Extract<Extract<Item, { type: 'message' }>, { role: 'user' }>['content'][number];

function withoutAudio(part: UserPart): UserPart {
  if (part.type !== 'input_audio') return part;
  const { audio: _audio, ...rest } = part;
  return { ...rest, transcript: rest.transcript ?? null };
}
