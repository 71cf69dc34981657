import { describe, expect, it } from 'vitest';
import { dataFrame } from './data-frame.ts';

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
