import { formatName, ticksPerMs, ticksToBytes } from '../audio-clock.ts';
import { findOffer } from '../mcp/offers.ts';
import type { ModelOutput } from '../response/model-output.ts';
import { openSize } from '../response/object.ts';
import type { ActiveResponse, HeldCall, OpenItem, OpenPart, Session } from '../session.ts';
import type { Entry } from './entry.ts';
import { entryOf, type ItemList } from './item-list.ts';
import { entryBytes, itemOverhead, markOverhead } from './item-size.ts';

/** What something would add to a session. */
export interface More {
  readonly items: number;
  /** Without sound. */
  readonly bytes: number;
  readonly soundBytes: number;
}

/** The most bytes that a UTF-16 unit of text takes as UTF-8: what is still being said is not looked through. */
const bytesPerUnit = 3;

/** What a millisecond of sound takes once it is decoded, at most. */
export const pcmBytesPerMs = 48;

/** What an entry adds. */
export function entryRoom(entry: Entry): More {
  return { items: 1, ...entryBytes(entry) };
}

/** Room for so many items that are empty yet, and so many bytes besides. */
export function room(items: number, bytes = 0): More {
  return { items, bytes: items * itemOverhead + bytes, soundBytes: 0 };
}

/** What a piece of a model's output adds; null where it adds nothing. */
export function pieceRoom(response: ActiveResponse, piece: ModelOutput): More | null {
  const { open, params } = response;
  switch (piece.type) {
    case 'text':
      return said(response, open?.type !== 'message', 2 * (piece.text.length * bytesPerUnit + markOverhead));
    case 'audio': {
      const soundBytes = params.outOfBand ? 0 : piece.audio.byteLength;
      return { ...said(response, open?.type !== 'message', 0), soundBytes };
    }
    case 'call_start': {
      const label = findOffer(params.offers, piece.name, piece.serverLabel)?.access.label ?? '';
      const callId = piece.callId ?? mintedId;
      return said(
        response,
        true,
        (2 * (piece.name.length + label.length + callId.length) + noArguments.length) * bytesPerUnit,
      );
    }
    case 'call_arguments':
      return said(response, false, piece.delta.length * bytesPerUnit);
    case 'call_end':
      return open?.type === 'mcp_request' ? said(response, true, openBytes(open)) : null;
    default:
      return null;
  }
}

/** So many bytes more, in an item of their own where they open one: an item of the conversation, or of the response alone. */
function said({ params }: ActiveResponse, opensItem: boolean, bytes: number): More {
  if (!opensItem) return room(0, bytes);
  return params.outOfBand ? room(0, itemOverhead + bytes) : room(1, bytes);
}

/** What the call adds with which a response begins that an approval started. */
export function callRoom({ access, name, arguments: args }: HeldCall): More {
  return room(1, 2 * (access.label.length + name.length + args.length) * bytesPerUnit);
}

/** What a call says in the end that was given no arguments. */
const noArguments = '{}';
/** As long as an id of ours. */
const mintedId = 'call_'.padEnd(26);

/** All of it together. */
export function sum(parts: readonly More[]): More {
  return parts.reduce(
    (one, other) => ({
      items: one.items + other.items,
      bytes: one.bytes + other.bytes,
      soundBytes: one.soundBytes + other.soundBytes,
    }),
    nothing,
  );
}

/**
 * Whether a session has room for the message of so much speech and for what comes of it: the words are awaited, and until
 * they come a transcriber holds the sound, too, whatever becomes of the item. Sound of one alone may be as long as the
 * input buffer.
 */
export function hasRoomForSpeech(session: Session, ticks: number): boolean {
  const { transcriptions, rules, config } = session;
  const soundBytes = ticksToBytes(ticks, formatName(config.audio.input.format));
  const awaitedMs = transcriptions.reduce((ms, { audioMs }) => ms + audioMs, ticks / ticksPerMs);
  const isAlone = transcriptions.length === 0;
  const message = { ...room(1), soundBytes };
  return (
    hasRoom(session, sum([message, room(0, itemOverhead)])) && (isAlone || awaitedMs * pcmBytesPerMs <= rules.maxBytes)
  );
}

/** Whether a session keeps within its bounds with these items. */
export function isWithin(session: Session, items: ItemList): boolean {
  return hasRoom({ ...session, conversation: { ...session.conversation, items } }, nothing);
}

/** Whether a session keeps within its bounds with so much more. */
export function hasRoom(session: Session, more: More): boolean {
  const { rules, conversation } = session;
  return conversation.items.count + more.items <= rules.maxItems && heldBytes(session, more) <= rules.maxBytes;
}

/**
 * What the conversation and the responses that run hold, in bytes: texts as UTF-8, images, arguments, lists of tools, what
 * responses were asked with, the sound that is kept, and so much for each item. `more`: what would be added.
 */
export function heldBytes(session: Session, more = nothing): number {
  const { rules, conversation, responses } = session;
  let sound = conversation.items.soundBytes + more.soundBytes;
  for (const response of responses) sound += openSound(response, conversation.items);
  return heldWithoutSound(session) + more.bytes + Math.min(sound, rules.keptSoundBytes);
}

/** The same, but for the sound. */
export function heldWithoutSound(session: Session): number {
  const { conversation, responses, mcp } = session;
  let { bytes } = conversation.items;
  for (const response of responses) bytes += responseBytes(response, conversation.items);
  bytes += awaitedBytes(session);
  for (const held of mcp.asked) bytes += held.bytes;
  for (const held of mcp.approved) bytes += held.bytes;
  return bytes;
}

const nothing: More = { items: 0, bytes: 0, soundBytes: 0 };

/** What is kept of words that are to come, and of those of speech that goes on. */
function awaitedBytes({ streaming, transcriptions, turn }: Session): number {
  const understood = turn.phase === 'speaking' ? textRoom(turn.transcript ?? '') : 0;
  return transcriptions.length * itemOverhead + (streaming?.keptBytes ?? 0) + understood;
}

/** What a text takes at most, which is not looked through. */
export function textRoom(text: string): number {
  return text.length * bytesPerUnit;
}

/** What is asked and said in a response and stands in no item of the conversation yet. */
function responseBytes({ askedBytes, open, outputBytes, params }: ActiveResponse, items: ItemList): number {
  const saidBytes = openBytes(open);
  // Speech will stand in its item twice, as transcript and as words.
  const words = isSpoken(open) && !isCut(open, items) ? saidBytes + 2 * open.part.marks.length * markOverhead : 0;
  const besides = params.outOfBand ? outputBytes + (open === null ? 0 : itemOverhead) : 0;
  return askedBytes + saidBytes + words + besides;
}

/** The texts of the open item, at most. */
function openBytes(open: OpenItem | null): number {
  if (open === null) return 0;
  const { characters } = openSize(open);
  if (open.type === 'message') return characters * bytesPerUnit;
  const lacking = open.arguments === '' ? noArguments.length : 0;
  const { length } = open.type === 'call' ? open.callId : open.access.label;
  return (characters + lacking + length) * bytesPerUnit;
}

function openSound({ open, params }: ActiveResponse, items: ItemList): number {
  if (params.outOfBand || !isSpoken(open) || isCut(open, items)) return 0;
  return ticksToBytes(open.part.ticks, formatName(params.format));
}

type Spoken = Extract<OpenItem, { type: 'message' }> & { readonly part: Extract<OpenPart, { type: 'audio' }> };

function isSpoken(open: OpenItem | null): open is Spoken {
  return open?.type === 'message' && open.part.type === 'audio';
}

/** What was heard of a truncated item stands in it already, and nothing else will. */
function isCut({ itemId }: OpenItem, items: ItemList): boolean {
  return entryOf(items, itemId)?.truncated === true;
}
