import { ServerEvent } from '../protocol/events/index.ts';
import type { ApiError, Item, UserMessage } from '../protocol/types.ts';
import { type Draft, emit, mint, reject } from './draft.ts';
import { bytesToTicks, formatName } from './formats.ts';
import { mistakes } from './reject.ts';
import type { Entry, ItemAudio } from './session.ts';
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
  if (place === null) return refused(draft, mistakes.previousItemUnknown(asked.previousItemId ?? ''));
  const mistake = contentMistake(draft, asked.item);
  if (mistake !== null) return refused(draft, mistake);
  const item = completed(draft, asked.item);
  const format = formatName(draft.session.config.audio.input.format);
  const audio = asked.audio.flatMap((bytes, contentIndex): ItemAudio[] =>
    bytes === null ? [] : [{ contentIndex, format, ticks: bytesToTicks(bytes.byteLength, format), marks: [] }],
  );
  asked.audio.forEach((bytes, contentIndex) => {
    if (bytes !== null) draft.effects.push({ do: 'keep-given', itemId: item.id, contentIndex, format, audio: bytes });
  });
  insert(draft, place, { item, words: wordsOf(item), audio, truncated: false, saidBy: null, dropped: false });
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
  insert(draft, draft.session.conversation.entries.length, entry);
  announce(draft, entry.item.id, 'added');
  announce(draft, entry.item.id, 'done');
}

/** Adds an item that a response, or a listing, of this id has begun. */
export function begin(draft: Draft, item: Item & { id: string }, saidBy: string): void {
  insert(draft, draft.session.conversation.entries.length, {
    item,
    words: null,
    audio: [],
    truncated: false,
    saidBy,
    dropped: false,
  });
  announce(draft, item.id, 'added');
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
  const { conversation } = draft.session;
  const entries = conversation.entries.filter((entry) => entry.item.id !== itemId);
  const transcriptions = draft.session.transcriptions.map((each) =>
    each.itemId === itemId ? { ...each, orphaned: true } : each,
  );
  draft.session = { ...draft.session, conversation: { ...conversation, entries }, transcriptions };
  draft.effects.push({ do: 'forget-audio', itemId });
  emit(draft, (eventId) => ServerEvent.conversationItemDeleted(eventId, itemId));
  return true;
}

/** An id that an item of the conversation has, or that the item of the speech that goes on will have. */
function isTaken(draft: Draft, itemId: string): boolean {
  const { turn, live } = draft.session;
  return (
    find(draft, itemId) !== null || (turn.phase === 'speaking' && turn.itemId === itemId) || live?.itemId === itemId
  );
}

export function find(draft: Draft, itemId: string): Entry | null {
  return draft.session.conversation.entries.find((entry) => entry.item.id === itemId) ?? null;
}

/** Replaces parts of an entry. */
export function update(draft: Draft, itemId: string, change: Partial<Entry>): void {
  const { conversation } = draft.session;
  const entries = conversation.entries.map((entry) => (entry.item.id === itemId ? { ...entry, ...change } : entry));
  draft.session = { ...draft.session, conversation: { ...conversation, entries } };
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

function insert(draft: Draft, index: number, entry: Entry): void {
  const { conversation } = draft.session;
  const entries = conversation.entries.toSpliced(index, 0, entry);
  draft.session = { ...draft.session, conversation: { ...conversation, entries } };
}

function announce(draft: Draft, itemId: string, what: 'added' | 'done', shown?: Item): void {
  const { entries } = draft.session.conversation;
  const index = entries.findIndex((entry) => entry.item.id === itemId);
  const item = shown ?? entries[index]?.item;
  if (item === undefined) return;
  const previous_item_id = entries[index - 1]?.item.id ?? null;
  emit(draft, (eventId) =>
    what === 'added'
      ? { ...ServerEvent.conversationItemAdded(eventId, null, item), previous_item_id }
      : { ...ServerEvent.conversationItemDone(eventId, null, item), previous_item_id },
  );
}

/** Where an item goes: absent or "" appends, "root" puts first, else after the named item; null when that is unknown. */
function placeAfter(draft: Draft, previousItemId: string | undefined): number | null {
  const { entries } = draft.session.conversation;
  if (previousItemId === undefined || previousItemId === '') return entries.length;
  if (previousItemId === 'root') return 0;
  const index = entries.findIndex((entry) => entry.item.id === previousItemId);
  return index < 0 ? null : index + 1;
}

function contentMistake(draft: Draft, item: Item) {
  if (item.type === 'message' && item.role === 'user') return imageMistake(item.content);
  if (item.type === 'message' && item.role === 'assistant') {
    const index = item.content.findIndex((part) => part.type === 'output_audio');
    return index < 0 ? null : mistakes.assistantAudio(index);
  }
  if (item.type === 'function_call_output') {
    const known = draft.session.conversation.entries.some(
      (entry) => entry.item.type === 'function_call' && entry.item.call_id === item.call_id,
    );
    return known ? null : mistakes.callUnknown(item.call_id);
  }
  if (item.type !== 'mcp_approval_response') return null;
  const isAsked = draft.session.mcp.asked.some(({ requestId }) => requestId === item.approval_request_id);
  return isAsked ? null : mistakes.approvalUnknown(item.approval_request_id);
}

/** An image is a data URI of a PNG or JPEG (behaviour §3.1). */
function imageMistake(content: UserMessage['content']): ApiError | null {
  const index = content.findIndex(({ type, image_url }) => type === 'input_image' && !isImage(image_url));
  return index < 0 ? null : mistakes.notAnImage(index, content[index]?.image_url);
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
