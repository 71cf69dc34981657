import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closeFrame, FrameEdges } from './frame-edges.ts';

/** A frame with so many bytes, all of them such that they look like headers. */
function frame(bytes: number, isMasked: boolean): Buffer {
  const mask = isMasked ? 0x80 : 0;
  const extended = Buffer.alloc(8);
  extended.writeBigUInt64BE(BigInt(bytes));
  const length =
    bytes < 126
      ? Buffer.from([mask | bytes])
      : bytes < 65_536
        ? Buffer.concat([Buffer.from([mask | 126]), extended.subarray(6)])
        : Buffer.concat([Buffer.from([mask | 127]), extended]);
  return Buffer.concat([Buffer.from([0x82]), length, Buffer.alloc(isMasked ? 4 : 0, 0x81), Buffer.alloc(bytes, 0x81)]);
}

describe('the edges of frames', () => {
  const frames = fc.array(
    fc.record({ bytes: fc.constantFrom(0, 1, 5, 125, 126, 127, 300, 65_535, 65_536, 70_000), isMasked: fc.boolean() }),
    { minLength: 1, maxLength: 5 },
  );

  it('are found in bytes that come in any pieces', () => {
    const pieces = fc.array(fc.integer({ min: 1, max: 90_000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(frames, pieces, (sent, sizes) => {
        const all = sent.map(({ bytes, isMasked }) => frame(bytes, isMasked));
        const ends = all.map((_, index) => Buffer.concat(all.slice(0, index + 1)).length);
        const stream = Buffer.concat(all);
        const edges = new FrameEdges();
        let at = 0;
        for (const size of [...sizes, stream.length]) {
          const chunk = stream.subarray(at, at + size);
          const first = ends.find((end) => end > at && end <= at + chunk.length);
          expect(edges.pass(chunk)).toBe(first === undefined ? null : first - at);
          at += chunk.length;
          expect(edges.isAtEdge).toBe(at === 0 || ends.includes(at));
        }
      }),
    );
  });

  it('are where they were when a header comes byte by byte', () => {
    const edges = new FrameEdges();
    const bytes = frame(300, true);
    for (const byte of bytes.subarray(0, -1)) {
      expect(edges.pass(Buffer.from([byte]))).toBeNull();
      expect(edges.isAtEdge).toBe(false);
    }
    expect(edges.pass(bytes.subarray(-1))).toBe(1);
  });
});

describe('a close frame', () => {
  it('carries its code and reason', () => {
    expect([...closeFrame(1001, 'ab')]).toEqual([0x88, 4, 0x03, 0xe9, 0x61, 0x62]);
    expect([...closeFrame(1012, '')]).toEqual([0x88, 2, 0x03, 0xf4]);
  });
});
