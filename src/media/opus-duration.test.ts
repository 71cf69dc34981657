import { describe, expect, it } from 'vitest';
import { opusTicks } from './opus-duration.ts';

describe('the length of an Opus packet', () => {
  it.each([
    ['10 ms of SILK', [0x00], 480],
    ['60 ms of SILK', [0x18], 2880],
    ['two of 60 ms', [0x19], 5760],
    ['20 ms of both', [0x68], 960],
    ['2.5 ms of CELT', [0x80], 120],
    ['20 ms of CELT', [0xf8], 960],
    ['six of 20 ms', [0xfb, 0x06], 5760],
    ['seven of 20 ms, which no packet may have', [0xfb, 0x07], 0],
    ['none at all', [0xfb, 0x00], 0],
    ['a count that is missing', [0xfb], 0],
    ['nothing', [], 0],
  ] as const)('%s', (_, bytes, ticks) => {
    expect(opusTicks(Uint8Array.from(bytes))).toBe(ticks);
  });
});
