import { describe, expect, it } from 'vitest';
import { frameSamples } from './codec.ts';
import { openPcmu } from './g711-codec.ts';
import { parseRtp } from './rtp.ts';
import { Sender } from './sender.ts';

describe('a sender', () => {
  it('numbers and times packets one after the other, across the wraps, and marks the first', () => {
    const sender = new Sender({
      codec: openPcmu(),
      payloadType: 0,
      ssrc: 99,
      sequence: 65_535,
      timestamp: 2 ** 32 - 160,
    });
    const packets = [1, 2, 3].map(() => parseRtp(sender.packet(new Int16Array(frameSamples))));
    expect(packets.map((packet) => packet && [packet.sequence, packet.timestamp, packet.marker, packet.ssrc])).toEqual([
      [65_535, 2 ** 32 - 160, true, 99],
      [0, 0, false, 99],
      [1, 160, false, 99],
    ]);
  });
});
