import { escaped } from './escaped.ts';

/** What the serialiser looks at. Nothing is taken on trust: an event may be hand-made, of an unknown type, or wrong. */
interface AnyEvent {
  readonly type: string;
  readonly event_id?: unknown;
  readonly response_id?: unknown;
  readonly item_id?: unknown;
  readonly output_index?: unknown;
  readonly content_index?: unknown;
  readonly delta?: unknown;
  readonly obfuscation?: unknown;
  readonly toJSON?: unknown;
}

/** The ids that every delta of a content part repeats, and the text between the event id and the delta. */
interface Address extends Pick<AnyEvent, 'response_id' | 'output_index' | 'content_index'> {
  readonly text: string;
}

/** The text of each delta of a content part up to its event id, the opening quote included. */
const heads: ReadonlyMap<string, string> = new Map(
  ['response.output_text.delta', 'response.output_audio.delta', 'response.output_audio_transcript.delta'].map(
    (type) => [type, inOnePiece(`{"type":"${type}","event_id":"`)],
  ),
);

/** All keys of such a delta, in the order of `ContentEventBuilder`. The last may be missing. */
const keys = [
  'type',
  'event_id',
  'response_id',
  'item_id',
  'output_index',
  'content_index',
  'delta',
  'obfuscation',
] as const;

/** Enough for thousands of items spoken at the same time; about 1 MB when full. */
const MAX_ADDRESSES = 4096;

/** Longer than any address of ours; clients name some items, and may name them at length. */
const MAX_ADDRESS_LENGTH = 512;

/** Addresses by item id: deltas of many items come interleaved. */
const addresses = new Map<string, Address>();
let turnedAway = 0;

/**
 * The JSON text of an event, the same that `JSON.stringify(event)` gives, whatever the event. The deltas of text, sound
 * and transcript as `ContentEventBuilder` makes them take a shorter way: what repeats from one to the next is remembered
 * as text.
 */
export function serializeServerEvent(event: AnyEvent): string {
  const head = heads.get(event.type);
  return (head !== undefined ? deltaText(head, event) : undefined) ?? JSON.stringify(event);
}

function deltaText(head: string, event: AnyEvent): string | undefined {
  if (!isPlainDelta(event)) return undefined;
  const { event_id: eventId, delta, obfuscation } = event;
  if (typeof eventId !== 'string' || typeof delta !== 'string') return undefined;
  const address = addressText(event);
  if (address === undefined) return undefined;
  const text = head + escaped(eventId) + address + escaped(delta);
  if (obfuscation === undefined) return `${text}"}`;
  return typeof obfuscation === 'string' ? `${text}","obfuscation":"${escaped(obfuscation)}"}` : undefined;
}

/** Whether the event has the keys of a delta in their order, as its own, and no other: then their text is all of its text. */
function isPlainDelta(event: AnyEvent): boolean {
  let count = 0;
  for (const key in event) {
    if (key !== keys[count]) return false;
    count += 1;
  }
  const all = count >= keys.length - 1;
  return all && Object.getPrototypeOf(event) === Object.prototype && event.toJSON === undefined;
}

function addressText(event: AnyEvent): string | undefined {
  if (typeof event.item_id !== 'string') return undefined;
  const known = addresses.get(event.item_id);
  const same =
    known !== undefined &&
    known.response_id === event.response_id &&
    known.output_index === event.output_index &&
    known.content_index === event.content_index;
  return same ? known.text : remember(event.item_id, event);
}

/** Writes an address and keeps it, unless it holds more than plain values or there is no room. */
function remember(item_id: string, event: AnyEvent): string | undefined {
  const { response_id, output_index, content_index } = event;
  if (![response_id, output_index, content_index].every(isPlain) || !makeRoom()) return undefined;
  const json = JSON.stringify({ response_id, item_id, output_index, content_index });
  if (json.length > MAX_ADDRESS_LENGTH) return undefined;
  const text = inOnePiece(`",${json.slice(1, -1)},"delta":"`);
  addresses.set(item_id, { response_id, output_index, content_index, text });
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

/** The same text. Engines keep a joined string as a tree, and would walk it for each delta; reading it makes it flat. */
function inOnePiece(text: string): string {
  text.charCodeAt(0);
  return text;
}
