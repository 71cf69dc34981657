import { encodeBase64 } from '../../audio/node/base64.ts';
import type { Base64 } from '../format.ts';

/** Sound is decoded into pieces of this size, so that not every frame has memory of its own that somebody must free. */
const slabBytes = 262_144;

let slab = Buffer.allocUnsafeSlow(slabBytes);
let used = 0;

/** Base64 by `Buffer`; null for all but the standard alphabet, padded, in one piece. */
export const base64: Base64 = { decode, encode: encodeBase64 };

function decode(text: string): Uint8Array | null {
  const padding = text.endsWith('==') ? 2 : Number(text.endsWith('='));
  const bytes = (text.length / 4) * 3 - padding;
  if (text.length % 4 !== 0 || !isPlain(text)) return null;
  const room = roomFor(bytes);
  // What is not of the alphabet is passed over, and missing then.
  return room.write(text, 'base64') === bytes ? new Uint8Array(room.buffer, room.byteOffset, bytes) : null;
}

/** `Buffer` also reads the alphabet of addresses, and the low bytes of wide characters. */
function isPlain(text: string): boolean {
  return !text.includes('-') && !text.includes('_') && Buffer.byteLength(text) === text.length;
}

function roomFor(bytes: number): Buffer {
  if (bytes > slabBytes / 4) return Buffer.allocUnsafeSlow(bytes);
  if (used + bytes > slabBytes) {
    slab = Buffer.allocUnsafeSlow(slabBytes);
    used = 0;
  }
  used += bytes;
  return slab.subarray(used - bytes, used);
}
