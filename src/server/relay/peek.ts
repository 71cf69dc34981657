/** Where in a frame a key of its outermost object stands, and its value; ends are exclusive. */
interface Field {
  readonly keyFrom: number;
  readonly keyTo: number;
  readonly from: number;
  readonly to: number;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/**
 * The type of the event in a frame, as `JSON.parse` would find it (of several the last), without parsing it; null where it
 * has none that is a text. Of a frame that is no JSON anything may come. Sound and nested objects are passed over.
 */
export function peekType(frame: Buffer): string | null {
  return peekText(frame, 'type');
}

/** A text of the outermost object, likewise. */
export function peekText(frame: Buffer, name: string): string | null {
  const field = fieldOf(frame, name);
  return field === null ? null : textIn(frame, field.from, field.to);
}

/** How many bytes a text of the outermost object takes, unread; 0 where there is none. */
export function peekLength(frame: Buffer, name: string): number {
  const field = fieldOf(frame, name);
  return field === null || frame[field.from] !== quote ? 0 : field.to - field.from - 2;
}

/**
 * Whether a frame is one object from its first byte to its last that names its type at most once, in whatever case: so
 * that nobody who reads it otherwise finds another type in it.
 */
export function peekWhole(frame: Buffer): boolean {
  let types = 0;
  let isClear = true;
  const end = eachField(frame, (keyFrom, keyTo) => {
    const isLike = keyTo - keyFrom === 6 || frame.subarray(keyFrom, keyTo).includes(backslash);
    const key = isLike ? textIn(frame, keyFrom, keyTo) : null;
    if (key?.toLowerCase() !== 'type') return;
    types += 1;
    if (key !== 'type') isClear = false;
  });
  return end !== null && afterBlanks(frame, end) === frame.length && isClear && types < 2;
}

function fieldOf(frame: Buffer, name: string): Field | null {
  let found: Field | null = null;
  eachField(frame, (keyFrom, keyTo, from, to) => {
    if (isKey(frame, keyFrom, keyTo, name)) found = { keyFrom, keyTo, from, to };
  });
  return found;
}

function isKey(frame: Buffer, from: number, to: number, name: string): boolean {
  if (to - from === name.length + 2) {
    for (let index = 0; index < name.length; index++) {
      if (frame[from + 1 + index] !== name.charCodeAt(index)) return false;
    }
    return true;
  }
  // A longer spelling of the same key has an escape in it.
  return to - from > name.length + 2 && textIn(frame, from, to) === name;
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

/** Walks the keys of the outermost object. Gives the place behind it; null where it has no end, or is no object. */
function eachField(
  frame: Buffer,
  tell: (keyFrom: number, keyTo: number, from: number, to: number) => void,
): number | null {
  let at = afterBlanks(frame, 0);
  if (frame[at] !== openBrace) return null;
  at = afterBlanks(frame, at + 1);
  if (frame[at] === closeBrace) return at + 1;
  while (frame[at] === quote) {
    const keyFrom = at;
    const keyTo = afterText(frame, at);
    at = afterBlanks(frame, keyTo);
    if (frame[at] !== colon) return null;
    const from = afterBlanks(frame, at + 1);
    const to = afterValue(frame, from);
    tell(keyFrom, keyTo, from, to);
    at = afterBlanks(frame, to);
    if (frame[at] !== comma) return frame[at] === closeBrace ? at + 1 : null;
    at = afterBlanks(frame, at + 1);
  }
  return null;
}

function afterBlanks(frame: Buffer, start: number): number {
  let at = start;
  for (let byte = frame[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; byte = frame[at]) at++;
  return at;
}

/** `start` is at the opening quote. Sound is passed over at the speed of a search for one byte. */
function afterText(frame: Buffer, start: number): number {
  let at = start + 1;
  for (;;) {
    const end = frame.indexOf(quote, at);
    if (end < 0) return frame.length;
    let escapes = 0;
    while (frame[end - 1 - escapes] === backslash) escapes++;
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
