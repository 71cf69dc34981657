import { describe, expect, it } from 'vitest';
import { dataFrame, frameAsItCame } from './data-frame.ts';

/** A frame as RFC 6455 has it be read (section 5.2), byte by byte. */
function read(frame: Buffer): object {
  const short = (frame[1] ?? 0) & 0x7f;
  const isMasked = (frame[1] ?? 0) >= 0x80;
  const maskAt = short < 126 ? 2 : short === 126 ? 4 : 10;
  const length = short < 126 ? short : short === 126 ? frame.readUInt16BE(2) : Number(frame.readBigUInt64BE(2));
  const start = maskAt + (isMasked ? 4 : 0);
  const payload = Buffer.from(frame.subarray(start));
  if (isMasked) for (const [at, byte] of payload.entries()) payload[at] = byte ^ (frame[maskAt + (at % 4)] ?? 0);
  return { first: frame[0], isMasked, length, payload: payload.toString('latin1') };
}

/** Around each length at which the header grows, and each at which a payload is masked another way. */
const lengths = [0, 1, 5, 63, 64, 65, 125, 126, 127, 1000, 65_535, 65_536, 65_539];

describe('a data frame', () => {
  it.each(lengths)('of %i bytes is read as it was sent, masked and not, and its payload stays as it is', (length) => {
    const payload = Buffer.from(Array.from({ length }, (_, index) => 32 + (index % 90)));
    const before = payload.toString('latin1');
    for (const isMasked of [true, false]) {
      expect(read(dataFrame(payload, false, isMasked))).toEqual({ first: 0x81, isMasked, length, payload: before });
    }
    expect(payload.toString('latin1')).toBe(before);
  });

  it('of a text holds it as UTF-8, and one of bytes says that it is of bytes', () => {
    const text = `grüße 🙂 ${'ß'.repeat(100)}`;
    const bytes = Buffer.from(text);
    const rest = { length: bytes.length, payload: bytes.toString('latin1') };
    expect(read(dataFrame(text, false, true))).toEqual({ first: 0x81, isMasked: true, ...rest });
    expect(read(dataFrame(text, false, false))).toEqual({ first: 0x81, isMasked: false, ...rest });
    expect(read(dataFrame(bytes, true, false))).toEqual({ first: 0x82, isMasked: false, ...rest });
  });

  it('has another mask each time', () => {
    const frames = Array.from({ length: 3000 }, () => dataFrame('a', false, true).toString('hex', 2, 6));
    expect(new Set(frames).size).toBeGreaterThan(2990);
  });
});

/** Bytes as they are read from a connection: in memory of their own. */
function readAtOnce(...parts: readonly Uint8Array[]): Buffer {
  const all = Buffer.concat(parts);
  const memory = Buffer.from(new ArrayBuffer(all.length));
  memory.set(all);
  return memory;
}

describe('a frame that came from another connection', () => {
  it.each(lengths)('of %i bytes is the same memory with its header, wherever it stands among others', (length) => {
    const payload = Buffer.alloc(length, 'a');
    for (const isBinary of [false, true]) {
      const frame = dataFrame(payload, isBinary, false);
      const memory = readAtOnce(Buffer.from('before'), frame, Buffer.from('behind'));
      const start = 'before'.length + frame.length - length;
      const found = frameAsItCame(memory.subarray(start, start + length), isBinary);
      expect(found).toEqual(frame);
      expect(found?.buffer).toBe(memory.buffer);
      expect(frameAsItCame(memory.subarray(start, start + length), !isBinary)).toBeNull();
    }
  });

  const short = Buffer.from('grüße');
  const long = Buffer.alloc(300, 'a');
  const others: readonly (readonly [what: string, header: readonly number[], payload: Buffer])[] = [
    ['nothing before it', [], short],
    ['a header cut off', [short.length], short],
    ['the header of a first fragment', [0x01, short.length], short],
    ['the header of a last fragment', [0x80, short.length], short],
    ['the header of a ping', [0x89, short.length], short],
    ['the header of another length', [0x81, short.length + 1], short],
    ['a mask', [0x81, 0x80 | short.length, 0, 0, 0, 0], short],
    ['a length in more bytes than it needs', [0x81, 126, 0, short.length], short],
    ['another length in two bytes', [0x81, 126, 0x01, 0x2d], long],
    ['a length in eight bytes that needs two', [0x81, 127, 0, 0, 0, 0, 0, 0, 0x01, 0x2c], long],
  ];

  it.each(others)('is none that could go on as it is: %s', (_, header, payload) => {
    const memory = readAtOnce(Uint8Array.from(header), payload);
    expect(frameAsItCame(memory.subarray(header.length), false)).toBeNull();
  });

  it('is not looked for in memory that others have a part of', () => {
    const memory = Buffer.from(new ArrayBuffer(Buffer.poolSize));
    const frame = dataFrame(short, false, false);
    memory.set(frame);
    expect(frameAsItCame(memory.subarray(2, frame.length), false)).toBeNull();
  });
});
