import { decodeBase64 as decodePlainly } from '../base64.ts';

/** Characters that are decoded in one go, in whole groups of four: few enough for what is made of them to stay in the cache. */
const sliceLength = 65_536;

/**
 * The bytes of a base64 text, or null where it is not standard base64: another alphabet (`-` and `_` included), white
 * space, a length that is no multiple of four, padding missing or in the wrong place. The spare bits before padding
 * may be anything. The empty text is no bytes.
 *
 * `Buffer` passes over what it does not know and reads `-`, `_` and wide characters as others; encoding its answer
 * again is the cheapest way to see that it did neither.
 */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | null {
  return text.length <= sliceLength ? decodeSlice(text) : decodeAtLength(text);
}

/** Slice by slice: a long text is decoded three times as fast. */
function decodeAtLength(text: string): Uint8Array<ArrayBuffer> | null {
  const padding = text.endsWith('==') ? 2 : Number(text.endsWith('='));
  const bytes = new Uint8Array(Math.floor(text.length / 4) * 3 - padding);
  let filled = 0;
  for (let from = 0; from < text.length; from += sliceLength) {
    const slice = decodeSlice(text.slice(from, from + sliceLength));
    // Padding ends a text: whatever follows it is a mistake.
    if (slice === null || filled % 3 !== 0) return null;
    bytes.set(slice, filled);
    filled += slice.byteLength;
  }
  return bytes;
}

function decodeSlice(text: string): Uint8Array<ArrayBuffer> | null {
  const { buffer, byteOffset, byteLength } = Buffer.from(text, 'base64');
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  const again = encodeBase64(bytes);
  return again === text || differsInSpareBits(again, text) ? bytes : null;
}

/** The base64 text of bytes, padded. */
export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** Only the last group of four can have spare bits. */
function differsInSpareBits(again: string, text: string): boolean {
  return (
    again.length === text.length && again.slice(0, -4) === text.slice(0, -4) && decodePlainly(text.slice(-4)) !== null
  );
}
