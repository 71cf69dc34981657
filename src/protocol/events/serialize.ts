import { quote } from './quote.ts';

/** What the serialiser looks at. Nothing is taken on trust: an event may be hand-made, of an unknown type, or wrong. */
interface AnyEvent {
  readonly type: string;
  readonly event_id?: unknown;
  readonly response_id?: unknown;
  readonly item_id?: unknown;
  readonly output_index?: unknown;
  readonly content_index?: unknown;
  readonly call_id?: unknown;
  readonly delta?: unknown;
  readonly obfuscation?: unknown;
}

/** The part of a delta event that stays the same from one delta of an item to the next, and its JSON text. */
interface Address {
  readonly responseId: unknown;
  readonly outputIndex: unknown;
  readonly contentIndex: unknown;
  readonly callId: unknown;
  readonly text: string;
}

/** How the builders lay out a delta event. */
interface Layout {
  /** The text up to the event id's value. */
  readonly head: string;
  /** All keys in order. The last, `obfuscation`, may be missing. */
  readonly keys: readonly string[];
}

const OF_CONTENT = ['response_id', 'item_id', 'output_index', 'content_index'];

const layouts: ReadonlyMap<string, Layout> = new Map([
  layoutOf('response.output_text.delta', OF_CONTENT),
  layoutOf('response.output_audio.delta', OF_CONTENT),
  layoutOf('response.output_audio_transcript.delta', OF_CONTENT),
  layoutOf('response.function_call_arguments.delta', ['response_id', 'item_id', 'output_index', 'call_id']),
  layoutOf('response.mcp_call_arguments.delta', ['response_id', 'item_id', 'output_index']),
]);

function layoutOf(type: string, address: readonly string[]): [string, Layout] {
  const keys = ['type', 'event_id', ...address, 'delta', 'obfuscation'];
  return [type, { head: inOnePiece(`{"type":"${type}","event_id":`), keys }];
}

/** Enough for thousands of items spoken at the same time; about 1 MB when full. */
const MAX_ADDRESSES = 4096;

/** Longer than any address of ours; clients name some items, and may name them at length. */
const MAX_ADDRESS_LENGTH = 512;

/** Addresses by item id: an item has one address, and deltas of many items come interleaved. */
const addresses = new Map<string, Address>();
let turnedAway = 0;

/**
 * The JSON text of an event, the same that `JSON.stringify(event)` gives, whatever the event. Deltas as the builders
 * make them take a shorter way: what repeats from delta to delta of an item is remembered as text.
 */
export function serializeServerEvent(event: AnyEvent): string {
  return deltaText(event) ?? JSON.stringify(event);
}

function deltaText(event: AnyEvent): string | undefined {
  const known = layouts.get(event.type);
  if (known === undefined || !isLaidOut(event, known.keys)) return undefined;
  const { event_id: eventId, delta, obfuscation } = event;
  if (typeof eventId !== 'string' || typeof delta !== 'string') return undefined;
  const address = addressText(event);
  if (address === undefined) return undefined;
  const text = known.head + quote(eventId) + address + quote(delta);
  if (obfuscation === undefined) return `${text}}`;
  return typeof obfuscation === 'string' ? `${text},"obfuscation":${quote(obfuscation)}}` : undefined;
}

/** Whether the event has these keys in this order and no other, so that the text made of them is all of it. */
function isLaidOut(event: AnyEvent, keys: readonly string[]): boolean {
  let count = 0;
  for (const key in event) {
    if (key !== keys[count]) return false;
    count += 1;
  }
  return count >= keys.length - 1 && !('toJSON' in event);
}

function addressText(event: AnyEvent): string | undefined {
  const { item_id: itemId } = event;
  if (typeof itemId !== 'string') return undefined;
  const known = addresses.get(itemId);
  const same =
    known !== undefined &&
    known.responseId === event.response_id &&
    known.outputIndex === event.output_index &&
    known.contentIndex === event.content_index &&
    known.callId === event.call_id;
  return same ? known.text : remember(itemId, event);
}

/** Writes an address and keeps it, unless it holds more than plain values or there is no room. */
function remember(itemId: string, event: AnyEvent): string | undefined {
  const { response_id, output_index, content_index, call_id } = event;
  if (![response_id, output_index, content_index, call_id].every(isPlain) || !makeRoom()) return undefined;
  const json = JSON.stringify({ response_id, item_id: itemId, output_index, content_index, call_id });
  const text = inOnePiece(`,${json.slice(1, -1)},"delta":`);
  if (text.length > MAX_ADDRESS_LENGTH) return undefined;
  addresses.set(itemId, {
    responseId: response_id,
    outputIndex: output_index,
    contentIndex: content_index,
    callId: call_id,
    text,
  });
  return text;
}

/** The same text. Engines keep a joined string as a tree, and would walk it for each delta; reading it makes it flat. */
function inOnePiece(text: string): string {
  text.charCodeAt(0);
  return text;
}

function isPlain(value: unknown): boolean {
  return value === undefined || typeof value === 'string' || typeof value === 'number';
}

/** Full, it turns newcomers away for a while before it starts anew, so that too many items at once do not empty it in turn. */
function makeRoom(): boolean {
  if (addresses.size < MAX_ADDRESSES) return true;
  turnedAway += 1;
  if (turnedAway < MAX_ADDRESSES) return false;
  turnedAway = 0;
  addresses.clear();
  return true;
}
