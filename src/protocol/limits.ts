import { isJsonObject } from './json.ts';

/** How much a parser takes before it answers with an error. */
export interface ParseLimits {
  /** The longest text, in bytes of UTF-8. Default 21 000 000: 15 MiB of audio in base64, with room around it. */
  readonly maxBytes: number;
  /**
   * The deepest nesting of objects and arrays, the event itself counted as 1. Default 64: the fields of the API reach 7,
   * and free JSON, such as the parameters of a tool, goes on from there.
   */
  readonly maxDepth: number;
  /**
   * The most JSON values of a text: objects, arrays and what they hold, keys not counted. Default 50 000. A value that is
   * JSON already is not counted: making it has cost what the bound saves.
   */
  readonly maxValues: number;
}

/** What the parsers read unless they are told otherwise: 21,000,000 bytes, 64 levels, 50,000 values. */
export const defaultLimits: ParseLimits = { maxBytes: 21_000_000, maxDepth: 64, maxValues: 50_000 };

/** Whether the text takes more bytes than that as UTF-8. Looks at the characters only where their number leaves doubt. */
export function isLongerThan(text: string, maxBytes: number): boolean {
  if (text.length > maxBytes) return true;
  if (text.length * 3 <= maxBytes) return false;
  return utf8Length(text) > maxBytes;
}

/** Every runtime has it, though it is no part of the language. */
declare const TextEncoder: new () => {
  encodeInto(text: string, into: Uint8Array): { readonly read: number; readonly written: number };
};

/** Texts from this length on are counted by the platform's encoder, which is many times as fast and slow to begin. */
const longText = 1024;
const encoder = new TextEncoder();
/** Where the encoder writes what nobody reads. */
const scratch = new Uint8Array(32_768);

/** Bytes of the text as UTF-8; half a surrogate pair counts as the replacement character that it becomes. */
export function utf8Length(text: string): number {
  if (text.length < longText) return shortUtf8Length(text);
  let bytes = 0;
  for (let at = 0; at < text.length; ) {
    const { read, written } = encoder.encodeInto(text.slice(at), scratch);
    bytes += written;
    at += read;
  }
  return bytes;
}

function shortUtf8Length(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    bytes += unit < 0x800 ? 1 : 2;
    if (isPair(unit, text.charCodeAt(at + 1))) at += 1; // four bytes for two units: both are counted
  }
  return bytes;
}

/** Whether objects and arrays lie in each other deeper than that. Looks no deeper itself, so it cannot run out of stack. */
export function isDeeperThan(value: unknown, maxDepth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (maxDepth <= 0) return true;
  if (!isJsonObject(value)) return Array.isArray(value) && value.some((member) => isDeeperThan(member, maxDepth - 1));
  for (const key in value) {
    const member = value[key];
    if (typeof member === 'object' && isDeeperThan(member, maxDepth - 1)) return true;
  }
  return false;
}

/** Texts from this length on are scanned before they are parsed: parsing millions of brackets or keys takes seconds. */
const scannedFromLength = 65_536;

/**
 * What a text oversteps, found without parsing it: more brackets open in each other than allowed, or more values. Strings
 * are jumped over, so audio costs next to nothing. Short texts are not looked at where they cannot hold as many values:
 * `isDeeperThan` sees to what they parse to.
 */
export function oversteps(text: string, { maxDepth, maxValues }: ParseLimits): 'depth' | 'values' | null {
  // Each value but the first takes two characters at least: itself, and a comma or bracket.
  if (text.length < scannedFromLength && text.length < 2 * maxValues) return null;
  let depth = 0;
  let values = 1;
  let isFirst = false;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit <= 0x20) continue;
    if (isFirst && unit !== 0x5d && unit !== 0x7d) values += 1;
    isFirst = unit === 0x5b || unit === 0x7b;
    if (unit === 0x22) at = endOfString(text, at);
    else if (unit === 0x2c) values += 1;
    else if (isFirst) depth += 1;
    else if (unit === 0x5d || unit === 0x7d) depth -= 1;
    if (depth > maxDepth) return 'depth';
    if (values > maxValues) return 'values';
  }
  return null;
}

/** Where the string that opens at `start` closes; the end of the text where it does not. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes += 1;
    if (backslashes % 2 === 0) return at;
  }
  return text.length;
}

function isPair(high: number, low: number): boolean {
  return high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000;
}
