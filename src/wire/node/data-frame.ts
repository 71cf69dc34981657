import { randomFillSync } from 'node:crypto';
import { unmask } from './unmask.ts';

const text = 0x81;
const binary = 0x82;
const masked = 0x80;

/**
 * A whole message as one frame of RFC 6455, header and payload in one piece of memory, which costs the system one write.
 * `isMasked`: as a client has to send it. The payload itself stays as it is.
 */
export function dataFrame(payload: Uint8Array | string, isBinary: boolean, isMasked: boolean): Buffer {
  const length = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length;
  const start = headerBytes(length) + (isMasked ? 4 : 0);
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = isBinary ? binary : text;
  writeLength(frame, length, isMasked ? masked : 0);
  if (typeof payload === 'string') frame.write(payload, start);
  else frame.set(payload, start);
  if (isMasked) unmask(frame, start, frame.length, writeMask(frame, start - 4));
  return frame;
}

/**
 * The same frame, not masked, where the payload came from another connection in just such a frame: its header still stands
 * before it in memory, so that nothing has to be copied. Null where it does not.
 */
export function frameAsItCame(payload: Uint8Array, isBinary: boolean): Buffer | null {
  const { buffer, byteOffset, length } = payload;
  const start = byteOffset - headerBytes(length);
  // What stands before a piece of the pool belongs to somebody else.
  if (start < 0 || buffer.byteLength === Buffer.poolSize) return null;
  const frame = Buffer.from(buffer, start, byteOffset - start + length);
  return frame[0] === (isBinary ? binary : text) && saysLength(frame, length) ? frame : null;
}

function saysLength(frame: Buffer, length: number): boolean {
  if (length < 126) return frame[1] === length;
  if (length < 65_536) return frame[1] === 126 && frame.readUInt16BE(2) === length;
  return frame[1] === 127 && frame.readUInt32BE(2) * 2 ** 32 + frame.readUInt32BE(6) === length;
}

function headerBytes(length: number): number {
  if (length < 126) return 2;
  return length < 65_536 ? 4 : 10;
}

function writeLength(frame: Buffer, length: number, mark: number): void {
  if (length < 126) frame[1] = mark | length;
  else if (length < 65_536) {
    frame[1] = mark | 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = mark | 127;
    frame.writeUInt32BE(Math.floor(length / 2 ** 32), 2);
    frame.writeUInt32BE(length % 2 ** 32, 6);
  }
}

/** Random bytes are drawn in advance, many at a time. */
const pool = Buffer.alloc(4096);
let drawn = pool.length;

/** Puts a mask there that nobody can foresee, and gives it. */
function writeMask(frame: Buffer, at: number): number {
  if (drawn === pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  const mask = pool.readInt32BE(drawn);
  drawn += 4;
  frame.writeInt32BE(mask, at);
  return mask;
}
