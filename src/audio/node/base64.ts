import { decodeBase64 as decodePlainly } from '../base64.ts';

/**
 * The bytes of a base64 text, or null where it is not standard base64: another alphabet (`-` and `_` included), white
 * space, a length that is no multiple of four, padding missing or in the wrong place. The spare bits before padding
 * may be anything. The empty text is no bytes.
 *
 * `Buffer` passes over what it does not know and reads `-`, `_` and wide characters as others; encoding its answer
 * again is the cheapest way to see that it did neither.
 */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | null {
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
