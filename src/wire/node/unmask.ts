import type { Readable } from 'node:stream';

/**
 * Takes the mask off a client's frames piece by piece, while they arrive, and leaves a mask of zeros: `ws` then has none to
 * take off. It would do so byte by byte when a frame is whole, and everybody would wait for it where a frame is long.
 */
export function unmaskEarly(stream: Readable): void {
  const unmasker = new Unmasker();
  // First to hear of each piece, and in place: whoever hears of it later reads the same memory.
  stream.prependListener('data', (bytes: Uint8Array) => unmasker.take(bytes));
  // What is left when the connection has gone, `ws` takes without its being told of as data.
  stream.prependListener('close', () => {
    const rest: unknown = stream.read();
    if (rest !== null) stream.emit('data', rest);
  });
}

/** Two bytes, the length written out where they have no room for it, the mask. */
const longestHeader = 2 + 8 + 4;

/** Takes masks off a stream of frames in place, however it is cut. What breaks the protocol is for others to find. */
export class Unmasker {
  /** Of the frame under way. Its mask begins with the byte that comes next. */
  #mask = 0;
  #left = 0;
  readonly #header = new DataView(new ArrayBuffer(longestHeader));
  #headerFilled = 0;

  take(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#left === 0) this.#takeHeader(bytes, at++);
      else {
        const end = Math.min(bytes.length, at + this.#left);
        if (this.#mask !== 0) this.#mask = unmask(bytes, at, end, this.#mask);
        this.#left -= end - at;
        at = end;
      }
    }
  }

  /** Takes one byte of it, which stands at `at`. */
  #takeHeader(bytes: Uint8Array, at: number): void {
    const header = this.#header;
    header.setUint8(this.#headerFilled, bytes[at] ?? 0);
    this.#headerFilled += 1;
    if (this.#headerFilled < 2) return;
    const short = header.getUint8(1) & 0x7f;
    const isMasked = header.getUint8(1) >= 0x80;
    const maskAt = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (this.#headerFilled > maskAt) bytes[at] = 0;
    if (this.#headerFilled < maskAt + (isMasked ? 4 : 0)) return;
    this.#headerFilled = 0;
    this.#mask = isMasked ? header.getInt32(maskAt) : 0;
    this.#left = short < 126 ? short : short === 126 ? header.getUint16(2) : Number(header.getBigUint64(2));
  }
}

/** From so many bytes on, four are taken at a time. */
const manyBytes = 64;

/**
 * Takes the mask off the bytes between two places, or puts it on, which is the same. `mask`: its first byte is the highest.
 * Gives the mask as it is for the byte that comes next.
 */
export function unmask(bytes: Uint8Array, from: number, to: number, mask: number): number {
  if (to - from < manyBytes) return unmaskEach(bytes, from, to, mask);
  const aligned = from + (-(bytes.byteOffset + from) & 3);
  const turned = unmaskEach(bytes, from, aligned, mask);
  const fours = new Int32Array(bytes.buffer, bytes.byteOffset + aligned, (to - aligned) >> 2);
  const four = asInMemory(turned);
  for (let at = 0; at < fours.length; at += 1) fours[at] = (fours[at] ?? 0) ^ four;
  return unmaskEach(bytes, aligned + 4 * fours.length, to, turned);
}

function unmaskEach(bytes: Uint8Array, from: number, to: number, mask: number): number {
  let turned = mask;
  for (let at = from; at < to; at += 1) {
    bytes[at] = (bytes[at] ?? 0) ^ (turned >>> 24);
    turned = (turned << 8) | (turned >>> 24);
  }
  return turned;
}

/** Whether this machine keeps the lowest byte of a number first. */
const lowestFirst = new Uint8Array(Int32Array.of(1).buffer)[0] === 1;

/** The same four bytes as this machine reads them at once. */
function asInMemory(mask: number): number {
  if (!lowestFirst) return mask;
  return (mask << 24) | ((mask & 0xff00) << 8) | ((mask >>> 8) & 0xff00) | (mask >>> 24);
}
