/** The longest header of a WebSocket frame: two bytes, eight of the length, four of the mask. */
const longestHeader = 14;

/**
 * Follows the frames of one direction of a WebSocket in the bytes that carry them, looking at nothing but their headers: so
 * that whoever passes the bytes on knows where a frame of its own may stand.
 */
export class FrameEdges {
  readonly #header = Buffer.alloc(longestHeader);
  #headerBytes = 0;
  /** Bytes of the payload still to come. */
  #left = 0;

  /** Whether what has passed so far is whole frames. */
  get isAtEdge(): boolean {
    return this.#left === 0 && this.#headerBytes === 0;
  }

  /** Takes note of bytes that pass; gives how many of them belong to frames that have ended by then, up to the first such end. */
  pass(chunk: Uint8Array): number | null {
    let first: number | null = null;
    let at = 0;
    while (at < chunk.length) {
      at += this.#left > 0 ? this.#payload(chunk.length - at) : this.#headerByte(chunk[at] ?? 0);
      if (first === null && this.isAtEdge) first = at;
    }
    return first;
  }

  #payload(bytes: number): number {
    const taken = Math.min(this.#left, bytes);
    this.#left -= taken;
    return taken;
  }

  #headerByte(byte: number): number {
    this.#header[this.#headerBytes] = byte;
    this.#headerBytes += 1;
    const second = this.#header[1] ?? 0;
    if (this.#headerBytes < 2 || this.#headerBytes < headerLength(second)) return 1;
    this.#left = payloadLength(this.#header);
    this.#headerBytes = 0;
    return 1;
  }
}

function headerLength(second: number): number {
  const short = second & 0x7f;
  const length = short === 126 ? 2 : short === 127 ? 8 : 0;
  return 2 + length + (second & 0x80 ? 4 : 0);
}

function payloadLength(header: Buffer): number {
  const short = header.readUInt8(1) & 0x7f;
  if (short === 126) return header.readUInt16BE(2);
  return short === 127 ? Number(header.readBigUInt64BE(2)) : short;
}

/** A close frame as servers send it. `reason` has at most 123 bytes. */
export function closeFrame(code: number, reason: string): Buffer {
  const payload = Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]);
  return Buffer.concat([Buffer.from([0x88, payload.length]), payload]);
}
