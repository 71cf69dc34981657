import { describe, expect, it } from 'vitest';
import { buildReport, readSenderReport } from './rtcp.ts';

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const sent = { atMs: 3500, timestamp: 48_000, packets: 175, bytes: 14_000 };
const heard = {
  ssrc: 9,
  expected: 100,
  received: 75,
  lost: 30,
  newestSequence: 65_536 + 7,
  jitterTicks: 480.4,
  answers: { stamp: 0x1234_5678, agoMs: 500 },
};

describe('reports over RTCP', () => {
  it('tell what was sent and what was heard, and who tells it, as RFC 3550 writes it', () => {
    const bytes = buildReport(7, sent, heard);
    const at = view(bytes);
    expect([at.getUint8(0), at.getUint8(1), at.getUint16(2), at.getUint32(4)]).toEqual([0x81, 200, 12, 7]);
    expect([8, 12, 16, 20, 24].map((place) => at.getUint32(place))).toEqual([3, 2 ** 31, 48_000, 175, 14_000]);
    const block = [28, 32, 36, 40, 44, 48].map((place) => at.getUint32(place));
    expect(block).toEqual([9, 0x40_00_00_1e, 65_543, 480, 0x1234_5678, 32_768]);
    expect([at.getUint8(52), at.getUint8(53), at.getUint16(54), at.getUint32(56)]).toEqual([0x81, 202, 4, 7]);
    expect(
      [...bytes.subarray(60, 70)]
        .slice(2)
        .map((one) => String.fromCharCode(one))
        .join(''),
    ).toBe('antiphon');
    expect(bytes.length).toBe(72);
  });

  it("are a receiver's where nothing is sent, and have no block where nothing is heard", () => {
    const at = view(buildReport(7, null, heard));
    expect([at.getUint8(0), at.getUint8(1), at.getUint16(2), at.getUint32(8)]).toEqual([0x81, 201, 7, 9]);
    const empty = view(buildReport(7, null, null));
    expect([empty.getUint8(0), empty.getUint8(1), empty.getUint16(2)]).toEqual([0x80, 201, 1]);
  });

  it('say no more than fits: never a loss below none', () => {
    const block = (report: typeof heard) => view(buildReport(7, null, report)).getUint32(12);
    expect(block({ ...heard, expected: 5, received: 9, lost: -4 })).toBe(0);
    expect(block({ ...heard, expected: 5, received: 0, lost: 2 ** 40 })).toBe(0xff_7f_ff_ff);
  });

  it('are read for the moment that they name', () => {
    expect(readSenderReport(buildReport(7, sent, heard))).toEqual({ ssrc: 7, stamp: (3 << 16) | 0x8000 });
    expect(readSenderReport(buildReport(7, null, heard))).toBeNull();
    expect(readSenderReport(new Uint8Array(3))).toBeNull();
    expect(readSenderReport(new Uint8Array(100))).toBeNull();
  });
});
