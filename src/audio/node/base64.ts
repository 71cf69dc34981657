/** Characters that are decoded in one go, in whole groups of four: few enough for what is made of them to stay in the cache. */
const sliceLength = 65_536;

const encoder = new TextEncoder();
/** Where the encoder writes what nobody reads. */
const scratch = new Uint8Array(sliceLength);

/**
 * The bytes of a base64 text, or null if it is not standard base64: another alphabet (`-` and `_` included), white
 * space, a length that is no multiple of four, padding missing or in the wrong place. The spare bits before padding
 * may be anything. The empty text is no bytes.
 */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length % 4 !== 0) return null;
  return text.length <= sliceLength ? decodeShort(text) : decodeAtLength(text);
}

/** Into memory that it may share with others, which is there already. */
function decodeShort(text: string): Uint8Array<ArrayBuffer> | null {
  if (!isPlain(text)) return null;
  const { buffer, byteOffset, byteLength } = Buffer.from(text, 'base64');
  return byteLength === bytesIn(text) ? new Uint8Array(buffer, byteOffset, byteLength) : null;
}

/** Slice by slice, which is several times as fast. */
function decodeAtLength(text: string): Uint8Array<ArrayBuffer> | null {
  const bytes = new Uint8Array(bytesIn(text));
  const into = Buffer.from(bytes.buffer);
  let filled = 0;
  for (let from = 0; from < text.length; from += sliceLength) {
    const slice = text.slice(from, from + sliceLength);
    if (!isPlain(slice)) return null;
    filled += into.write(slice, filled, 'base64');
  }
  return filled === bytes.byteLength ? bytes : null;
}

/** How many bytes a good text of this length and padding has. `Buffer` gives fewer where it passes over what it does not know. */
function bytesIn(text: string): number {
  const padding = text.endsWith('==') ? 2 : Number(text.endsWith('='));
  return (text.length / 4) * 3 - padding;
}

/** Whether nothing stands in it that `Buffer` takes for something else: it reads `-`, `_` and wide characters as others. */
function isPlain(slice: string): boolean {
  if (slice.includes('-') || slice.includes('_')) return false;
  // The encoder looks at many characters at a time, `Buffer.byteLength` at each.
  const { read, written } = encoder.encodeInto(slice, scratch);
  return read === slice.length && written === read;
}

/** The base64 text of bytes, padded. */
export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
