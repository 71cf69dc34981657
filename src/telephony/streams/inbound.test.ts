import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamMedia } from './carrier.ts';
import { Inbound, reorderMs, stallMs } from './inbound.ts';

const quiet = 0xff;
const frameMs = 20;

/** The nth piece of a stream, of 20 ms, every byte of which is its number. */
const piece = (nth: number, rest: Partial<StreamMedia> = {}): StreamMedia => ({
  is: 'media',
  chunk: nth,
  timestampMs: (nth - 1) * frameMs,
  audio: new Uint8Array(160).fill(nth),
  ...rest,
});

/** What was heard, a number for each 20 ms: that of the piece, or the byte of silence. */
function told(heard: readonly Uint8Array[]): number[] {
  const bytes = heard.flatMap((each) => [...each]);
  return Array.from({ length: bytes.length / 160 }, (_, nth) => bytes[nth * 160] ?? -1);
}

describe('the sound of a stream', () => {
  it('is heard as it comes, where it comes in order', () => {
    const inbound = new Inbound(quiet, 0);
    expect(told([1, 2, 3].flatMap((nth) => inbound.put(piece(nth), nth * frameMs)))).toEqual([1, 2, 3]);
    expect(inbound.statistics).toEqual({ received: 3, lost: 0, late: 0, duplicates: 0 });
  });

  it('is put in order, and not heard twice', () => {
    const inbound = new Inbound(quiet, 0);
    const heard = [1, 3, 3, 4, 2, 2, 5].flatMap((nth, at) => inbound.put(piece(nth), at * frameMs));
    expect(told(heard)).toEqual([1, 2, 3, 4, 5]);
    expect(inbound.statistics).toEqual({ received: 7, lost: 0, late: 1, duplicates: 1 });
  });

  it('is silence where a piece does not come', () => {
    const inbound = new Inbound(quiet, 0);
    const heard = [1, 3, 4].flatMap((nth) => inbound.put(piece(nth), nth * frameMs));
    expect(told(heard)).toEqual([1]);
    expect(inbound.beat(3 * frameMs + reorderMs - 1)).toEqual([]);
    expect(told(inbound.beat(3 * frameMs + reorderMs))).toEqual([quiet, 3, 4]);
    expect(inbound.statistics.lost).toBe(1);
  });

  it('waits for no more than half a second of others', () => {
    const inbound = new Inbound(quiet, 0);
    inbound.put(piece(1), 0);
    const later = Array.from({ length: 26 }, (_, nth) => inbound.put(piece(nth + 3), 1)).flat();
    expect(told(later)).toEqual([quiet, ...Array.from({ length: 26 }, (_, nth) => nth + 3)]);
  });

  it('goes on as silence while nothing comes, and with what is not late afterwards', () => {
    const inbound = new Inbound(quiet, 0);
    inbound.put(piece(1), frameMs);
    expect(inbound.beat(frameMs + stallMs - 1)).toEqual([]);
    expect(told(inbound.beat(frameMs + stallMs))).toHaveLength(stallMs / frameMs);
    expect(told(inbound.beat(frameMs + stallMs + 40))).toEqual([quiet, quiet]);
    // 52 pieces come at once, too late, and then those that are due.
    const late = Array.from({ length: 54 }, (_, nth) => inbound.put(piece(nth + 2), 1100)).flat();
    expect(told(late)).toEqual([54, 55]);
    expect(told(inbound.put(piece(56), 1120))).toEqual([56]);
  });

  it('is what it was after a pause of the carrier’s own', () => {
    const inbound = new Inbound(quiet, 0);
    inbound.put(piece(1), frameMs);
    inbound.beat(5000);
    // The carrier has counted on, so that nothing is late.
    expect(told(inbound.put(piece(2, { timestampMs: 5000 }), 5020)).at(-1)).toBe(2);
    expect(told(inbound.put(piece(3, { timestampMs: 5020 }), 5040))).toEqual([3]);
  });

  it('takes pieces that are not counted, and clocks that tremble', () => {
    const bare = new Inbound(quiet, 0);
    const uncounted = [1, 2].flatMap((nth) => bare.put(piece(nth, { chunk: null, timestampMs: null }), nth));
    expect(told(uncounted)).toEqual([1, 2]);
    const trembling = new Inbound(quiet, 0);
    const stamps = [3, 26, 39, 64, 79];
    const heard = stamps.flatMap((timestampMs, at) => trembling.put(piece(at + 1, { timestampMs }), at * 20));
    expect(told(heard)).toEqual([1, 2, 3, 4, 5]);
  });

  it('is never far ahead of the clock for silence, whatever timestamps and numbers say', () => {
    const odd = fc.record({
      chunk: fc.option(fc.oneof(fc.nat(50), fc.maxSafeNat())),
      timestampMs: fc.option(fc.oneof(fc.nat(1000), fc.maxSafeNat())),
      length: fc.nat(9000),
      waitMs: fc.nat(300),
    });
    fc.assert(
      fc.property(fc.array(odd, { maxLength: 60 }), (pieces) => {
        const inbound = new Inbound(quiet, 0);
        let nowMs = 0;
        let silence = 0;
        for (const { chunk, timestampMs, length, waitMs } of pieces) {
          nowMs += waitMs;
          const audio = new Uint8Array(length).fill(1);
          const heard = [...inbound.put({ is: 'media', chunk, timestampMs, audio }, nowMs), ...inbound.beat(nowMs)];
          silence += heard.filter((each) => each[0] === quiet).reduce((sum, each) => sum + each.length / 8, 0);
          expect(silence).toBeLessThanOrEqual(nowMs + 1001);
        }
      }),
    );
  });
});
