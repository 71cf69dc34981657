import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildRtp, parseRtp, type RtpPacket } from './rtp.ts';

const packets: fc.Arbitrary<RtpPacket> = fc.record({
  payloadType: fc.integer({ min: 0, max: 127 }),
  marker: fc.boolean(),
  sequence: fc.integer({ min: 0, max: 0xffff }),
  timestamp: fc.integer({ min: 0, max: 0xffffffff }),
  ssrc: fc.integer({ min: 0, max: 0xffffffff }),
  payload: fc.uint8Array({ maxLength: 50 }),
});

/** Second bytes of 192 to 223 are RTCP's. */
const isFree = ({ marker, payloadType }: RtpPacket): boolean => !(marker && payloadType >= 64 && payloadType <= 95);

/** The same packet with sources, an extension and padding put into it. */
function dressed(packet: RtpPacket, sources: number, extensionWords: number, padding: number): Uint8Array {
  const plain = buildRtp(packet);
  const middle = new Uint8Array(sources * 4 + 4 + extensionWords * 4);
  new DataView(middle.buffer).setUint16(sources * 4 + 2, extensionWords);
  const end = new Uint8Array(padding);
  if (padding > 0) end[padding - 1] = padding;
  const first = 0x80 | 0x10 | sources | (padding > 0 ? 0x20 : 0);
  return Uint8Array.of(first, ...plain.subarray(1, 12), ...middle, ...plain.subarray(12), ...end);
}

describe('an RTP packet', () => {
  it('is read as it was built', () => {
    fc.assert(
      fc.property(packets.filter(isFree), (packet) => {
        expect(parseRtp(buildRtp(packet))).toEqual(packet);
      }),
    );
  });

  it('is read behind sources, extension and padding', () => {
    const [few, words, bytes] = [15, 5, 255].map((max) => fc.nat({ max }));
    fc.assert(
      fc.property(packets.filter(isFree), few ?? fc.nat(), words ?? fc.nat(), bytes ?? fc.nat(), (packet, ...more) => {
        expect(parseRtp(dressed(packet, ...more))).toEqual(packet);
      }),
    );
  });

  it('is told from RTCP, which comes to the same port', () => {
    for (const type of [200, 201, 202, 203, 205, 206])
      expect(parseRtp(Uint8Array.of(0x80, type, ...Array(30).fill(0)))).toBeNull();
  });

  it('is nothing where its lengths lie', () => {
    const bare = new Uint8Array(12);
    for (const [index, value] of [
      [0, 0x81],
      [0, 0x90],
      [0, 0xa0],
      [0, 0x40],
    ] as const)
      expect(parseRtp(bare.with(index, value))).toBeNull();
    expect(parseRtp(new Uint8Array(11))).toBeNull();
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const payloadBytes = parseRtp(bytes)?.payload.byteLength ?? 0;
        expect(payloadBytes).toBeLessThanOrEqual(Math.max(bytes.byteLength - 12, 0));
      }),
    );
  });
});
