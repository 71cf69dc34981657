import { base64Length } from '../playhead/base64-length.ts';

/** Base64 by what the platform has for it: the newest way where it is there, else the oldest. */
interface Base64Bytes {
  toBase64?(): string;
}
interface Base64Class {
  readonly name: string;
  fromBase64?(text: string): Uint8Array<ArrayBuffer>;
}

/** Bytes turned into text in one call: far below every engine's limit on arguments. */
const bytesPerCall = 8192;

/** The base64 text of bytes. */
export function encodeBase64(bytes: Uint8Array & Base64Bytes): string {
  if (bytes.toBase64 !== undefined) return bytes.toBase64();
  let text = '';
  for (let from = 0; from < bytes.length; from += bytesPerCall) {
    text += String.fromCharCode(...bytes.subarray(from, from + bytesPerCall));
  }
  return btoa(text);
}

/** Whether it is a base64 text; the padding may be left out, and white space may not be in it. */
export function isBase64(text: unknown): text is string {
  if (typeof text !== 'string' || text.length % 4 === 1) return false;
  try {
    // Decoding is ten times as fast as any search. It passes over white space, and gives less then.
    return atob(text).length === base64Length(text);
  } catch {
    return false;
  }
}

/** The bytes of a base64 text; none where it is not one. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const platform: Base64Class = Uint8Array;
  try {
    return platform.fromBase64?.(text) ?? Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
