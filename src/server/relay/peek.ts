import {
  clientEventTypes,
  resumptionEventTypes,
  serverEventTypes,
  translationServerEventTypes,
} from '../../protocol/event-types.ts';

/** Where the keys of a frame's outermost object stand, and their values. */
export interface Fields {
  /** Four places for each: where the key begins, where it ends, and the same of its value; ends are exclusive. */
  readonly places: readonly number[];
  /** The place behind the object; null where it has no end, or the frame is no object. */
  readonly end: number | null;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** Looks through a frame once, without parsing it. Sound and nested objects are passed over. */
export function fieldsOf(frame: Buffer): Fields {
  const places: number[] = [];
  let at = afterBlanks(frame, 0);
  if (frame[at] !== openBrace) return { places, end: null };
  at = afterBlanks(frame, at + 1);
  if (frame[at] === closeBrace) return { places, end: at + 1 };
  while (frame[at] === quote) {
    const keyTo = afterText(frame, at);
    const sign = afterBlanks(frame, keyTo);
    if (frame[sign] !== colon) break;
    const from = afterBlanks(frame, sign + 1);
    const to = afterValue(frame, from);
    places.push(at, keyTo, from, to);
    at = afterBlanks(frame, to);
    if (frame[at] === closeBrace) return { places, end: at + 1 };
    if (frame[at] !== comma) break;
    at = afterBlanks(frame, at + 1);
  }
  return { places, end: null };
}

/**
 * A text of the outermost object, as `JSON.parse` would find it (of several the last); null where there is none, or what
 * stands there is no text. Of a frame that is no JSON anything may come.
 */
export function textOf(frame: Buffer, fields: Fields, name: string): string | null {
  const at = placeOf(frame, fields, name);
  return at < 0 ? null : textIn(frame, fields.places[at + 2] ?? 0, fields.places[at + 3] ?? 0);
}

/** Every type that the API names, by its length. */
const knownTypes = byLength([
  ...clientEventTypes,
  ...serverEventTypes,
  ...resumptionEventTypes,
  ...translationServerEventTypes,
]);

function byLength(types: readonly string[]): ReadonlyMap<number, readonly string[]> {
  return new Map(types.map(({ length }) => [length, types.filter((type) => type.length === length)]));
}

/** The type of the event. To find it among those that are known is much cheaper than to make a text of it. */
export function typeOf(frame: Buffer, fields: Fields): string | null {
  const at = placeOf(frame, fields, 'type');
  if (at < 0) return null;
  const from = fields.places[at + 2] ?? 0;
  const to = fields.places[at + 3] ?? 0;
  const known = frame[from] === quote ? knownTypes.get(to - from - 2) : undefined;
  return known?.find((type) => isAt(frame, from + 1, type)) ?? textIn(frame, from, to);
}

/** How many bytes a text of the outermost object takes, unread; 0 where there is none. */
export function lengthOf(frame: Buffer, fields: Fields, name: string): number {
  const at = placeOf(frame, fields, name);
  const [from = 0, to = 0] = at < 0 ? [] : fields.places.slice(at + 2, at + 4);
  return frame[from] === quote ? to - from - 2 : 0;
}

/**
 * Whether a frame is one object from its first byte to its last that names its type at most once, in whatever case: so
 * that nobody who reads it otherwise finds another type in it.
 */
export function isClear(frame: Buffer, { places, end }: Fields): boolean {
  let types = 0;
  for (let at = 0; at < places.length; at += 4) {
    const [from = 0, to = 0] = places.slice(at, at + 2);
    const isLike = to - from === 'type'.length + 2 || hasEscape(frame, from, to);
    const key = isLike ? textIn(frame, from, to) : null;
    if (key?.toLowerCase() !== 'type') continue;
    types += 1;
    if (key !== 'type') return false;
  }
  return end !== null && afterBlanks(frame, end) === frame.length && types < 2;
}

/** Where the last key of this name stands among the places; -1 where there is none. */
function placeOf(frame: Buffer, { places }: Fields, name: string): number {
  for (let at = places.length - 4; at >= 0; at -= 4) {
    if (isKey(frame, places[at] ?? 0, places[at + 1] ?? 0, name)) return at;
  }
  return -1;
}

function isKey(frame: Buffer, from: number, to: number, name: string): boolean {
  if (to - from === name.length + 2) return isAt(frame, from + 1, name);
  // A longer spelling of the same key has an escape in it.
  return to - from > name.length + 2 && hasEscape(frame, from, to) && textIn(frame, from, to) === name;
}

function hasEscape(frame: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (frame[at] === backslash) return true;
  return false;
}

/** Whether these characters stand there, all of them ASCII. */
function isAt(frame: Buffer, start: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (frame[start + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}

/** The text that stands between these places, with its quotes; null where it is no text. */
function textIn(frame: Buffer, from: number, to: number): string | null {
  if (frame[from] !== quote) return null;
  const text = frame.toString('utf8', from + 1, to - 1);
  if (!text.includes('\\')) return text;
  try {
    return JSON.parse(`"${text}"`);
  } catch {
    return null;
  }
}

function afterBlanks(frame: Buffer, start: number): number {
  let at = start;
  for (let byte = frame[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; byte = frame[at]) at++;
  return at;
}

/** So many bytes of a text are looked at one by one, which is fastest for names; the rest as a search for one byte. */
const shortText = 64;

/** `start` is at the opening quote. */
function afterText(frame: Buffer, start: number): number {
  const near = Math.min(frame.length, start + shortText);
  let at = start + 1;
  for (; at < near; at++) {
    if (frame[at] === quote) return at + 1;
    if (frame[at] === backslash) at++;
  }
  for (;;) {
    const end = frame.indexOf(quote, at);
    if (end < 0) return frame.length;
    let escapes = 0;
    while (end - 1 - escapes >= at && frame[end - 1 - escapes] === backslash) escapes++;
    at = end + 1;
    if (escapes % 2 === 0) return at;
  }
}

function afterValue(frame: Buffer, start: number): number {
  const first = frame[start];
  if (first === quote) return afterText(frame, start);
  if (first === openBrace || first === openBracket) return afterNested(frame, start);
  let at = start;
  for (let byte = frame[at]; byte !== undefined && !endsPlain(byte); byte = frame[at]) at++;
  return at;
}

function endsPlain(byte: number): boolean {
  return byte === comma || byte === closeBrace || byte === closeBracket || byte <= 0x20;
}

function afterNested(frame: Buffer, start: number): number {
  let depth = 0;
  for (let at = start; at < frame.length; at++) {
    const byte = frame[at];
    if (byte === quote) at = afterText(frame, at) - 1;
    else if (byte === openBrace || byte === openBracket) depth++;
    else if ((byte === closeBrace || byte === closeBracket) && --depth === 0) return at + 1;
  }
  return frame.length;
}
