import { isJsonObject } from './json.ts';

/** How much a parser takes before it answers with an error. */
export interface ParseLimits {
  /** The longest text, in bytes of UTF-8. Default 21 000 000: 15 MiB of audio in base64, with room around it. */
  readonly maxBytes: number;
  /** The deepest nesting of objects and arrays, the event itself counted as 1. Default 64; the deepest event of the API has 11. */
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

function isPair(high: number, low: number): boolean {
  return high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000;
}
