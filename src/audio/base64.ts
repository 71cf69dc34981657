/** Standard base64 (RFC 4648, section 4) in plain JavaScript, for platforms without a native codec. */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const pad = 61;
const codeOfValue = Uint8Array.from(alphabet, (character) => character.charCodeAt(0));
const valueOfCode = new Int8Array(128).fill(-1);
codeOfValue.forEach((code, value) => {
  valueOfCode[code] = value;
});

/**
 * The bytes of a base64 text, or null if it is not standard base64: another alphabet (`-` and `_` included), white
 * space, a length that is no multiple of four, padding missing or in the wrong place. The spare bits before padding
 * may be anything. The empty text is no bytes.
 */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length % 4 !== 0) return null;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  const whole = padding === 0 ? text.length : text.length - 4;
  if (!decodeQuads(text, whole, bytes)) return null;
  return padding === 0 || decodeTail(text, whole, 4 - padding, bytes) ? bytes : null;
}

/** Decodes `end` characters, four at a time, and tells whether all were of the alphabet: one check for all of them. */
function decodeQuads(text: string, end: number, bytes: Uint8Array): boolean {
  let codes = 0;
  let values = 0;
  for (let from = 0, to = 0; from < end; from += 4, to += 3) {
    const c0 = text.charCodeAt(from);
    const c1 = text.charCodeAt(from + 1);
    const c2 = text.charCodeAt(from + 2);
    const c3 = text.charCodeAt(from + 3);
    const v0 = valueOfCode[c0 & 127] ?? -1;
    const v1 = valueOfCode[c1 & 127] ?? -1;
    const v2 = valueOfCode[c2 & 127] ?? -1;
    const v3 = valueOfCode[c3 & 127] ?? -1;
    codes |= c0 | c1 | c2 | c3;
    values |= v0 | v1 | v2 | v3;
    bytes[to] = (v0 << 2) | (v1 >> 4);
    bytes[to + 1] = (v1 << 4) | (v2 >> 2);
    bytes[to + 2] = (v2 << 6) | v3;
  }
  return codes < 128 && values >= 0;
}

/** Decodes the two or three characters before the padding. */
function decodeTail(text: string, from: number, characters: number, bytes: Uint8Array): boolean {
  const tail = new Uint8Array(3);
  if (!decodeQuads(text.slice(from, from + characters).padEnd(4, 'A'), 4, tail)) return false;
  bytes.set(tail.subarray(0, characters - 1), (from / 4) * 3);
  return true;
}

/** Characters turned into text in one call: far below every engine's limit on arguments. */
const codesPerCall = 8192;

/** The base64 text of bytes, padded. */
export function encodeBase64(bytes: Uint8Array): string {
  const codes = encodeQuads(bytes);
  let text = '';
  for (let from = 0; from < codes.length; from += codesPerCall) {
    text += Reflect.apply(String.fromCharCode, null, codes.subarray(from, from + codesPerCall));
  }
  return text;
}

function encodeQuads(bytes: Uint8Array): Uint8Array {
  const codes = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  for (let from = 0, to = 0; from < bytes.length; from += 3, to += 4) {
    const b0 = bytes[from] ?? 0;
    const b1 = bytes[from + 1] ?? 0;
    const b2 = bytes[from + 2] ?? 0;
    codes[to] = codeOfValue[b0 >> 2] ?? 0;
    codes[to + 1] = codeOfValue[((b0 & 3) << 4) | (b1 >> 4)] ?? 0;
    codes[to + 2] = codeOfValue[((b1 & 15) << 2) | (b2 >> 6)] ?? 0;
    codes[to + 3] = codeOfValue[b2 & 63] ?? 0;
  }
  const missing = (3 - (bytes.length % 3)) % 3;
  return codes.fill(pad, codes.length - missing);
}
