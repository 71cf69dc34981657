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
}

export const defaultLimits: ParseLimits = { maxBytes: 21_000_000, maxDepth: 64 };

/** Whether the text takes more bytes than that as UTF-8. Looks at the characters only where their number leaves doubt. */
export function isLongerThan(text: string, maxBytes: number): boolean {
  if (text.length > maxBytes) return true;
  if (text.length * 3 <= maxBytes) return false;
  return utf8Length(text) > maxBytes;
}

/** Bytes of the text as UTF-8; half a surrogate pair counts as the replacement character that it becomes. */
export function utf8Length(text: string): number {
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

/** Texts from this length on are scanned for depth before they are parsed: parsing millions of brackets takes seconds. */
const scannedFromLength = 65_536;

/**
 * Whether a long text opens more brackets in each other than that, found without parsing it. Strings are jumped over, so
 * audio costs next to nothing. Short texts are not looked at: `isDeeperThan` sees to what they parse to.
 */
export function opensDeeperThan(text: string, maxDepth: number): boolean {
  if (text.length < scannedFromLength) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) at = endOfString(text, at);
    else if (unit === 0x5b || unit === 0x7b) depth += 1;
    else if (unit === 0x5d || unit === 0x7d) depth -= 1;
    if (depth > maxDepth) return true;
  }
  return false;
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
