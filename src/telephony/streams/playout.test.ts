import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Playout } from './playout.ts';

const one = { itemId: 'item_1', contentIndex: 0 };
const other = { itemId: 'item_2', contentIndex: 0 };
const sound = (ms: number, byte = 1): Uint8Array => new Uint8Array(Math.round(ms * 8)).fill(byte);

function playing(aheadMs = 1000) {
  const sent: string[] = [];
  const audio: number[] = [];
  const played: [string, number][] = [];
  const line = {
    isClogged: false,
    frame(frame: Uint8Array) {
      sent.push(`frame ${frame.length}`);
      audio.push(...frame);
    },
    mark: (name: string) => void sent.push(name),
    clear: () => void sent.push('clear'),
  };
  const playout = new Playout({
    line,
    aheadMs,
    coding: 'audio/pcmu',
    played: ({ itemId }, bytes) => void played.push([itemId, bytes / 8]),
  });
  return { playout, line, sent, audio, played };
}

describe('sound for a carrier', () => {
  it('leaves in whole frames, a mark before the first and after ten', () => {
    const { playout, sent } = playing();
    playout.play(one, sound(250));
    playout.beat(0);
    expect(sent).toEqual(['m1', ...Array.from({ length: 10 }, () => 'frame 160'), 'm2', 'frame 160', 'frame 160']);
    playout.finish(one);
    playout.beat(0);
    expect(sent.slice(-1)).toEqual(['frame 160']);
  });

  it('fills the last frame up once its part is over, and with the next part before', () => {
    const { playout, audio } = playing();
    playout.play(one, sound(10, 1));
    playout.beat(0);
    expect(audio).toEqual([]);
    playout.play(other, sound(25, 2));
    playout.beat(0);
    expect(audio).toEqual([...sound(10, 1), ...sound(10, 2)]);
    playout.finish(other);
    playout.beat(0);
    expect(audio).toEqual([...sound(10, 1), ...sound(25, 2), ...sound(5, 0xff)]);
  });

  it('has been heard as far as marks and the clock say, never past a mark that is out', () => {
    const { playout, played, sent } = playing();
    playout.play(one, sound(1000));
    playout.beat(0);
    playout.beat(500);
    expect(played).toEqual([]); // nobody knows yet when it began
    playout.reached('m1', 500);
    playout.beat(600);
    expect(played.at(-1)).toEqual(['item_1', 100]);
    playout.beat(900);
    expect(played.at(-1)).toEqual(['item_1', 180]);
    playout.reached('m2', 900);
    expect(played.at(-1)).toEqual(['item_1', 200]);
    playout.reached('m2', 910);
    playout.reached('nobody', 910);
    expect(played.at(-1)).toEqual(['item_1', 200]);
    expect(sent.filter((each) => each.startsWith('m'))).toEqual(['m1', 'm2', 'm3', 'm4', 'm5', 'm6']);
  });

  it('is heard to its end with the last mark', () => {
    const { playout, played, sent } = playing();
    playout.play(one, sound(90));
    playout.finish(one);
    playout.beat(0);
    playout.reached('m1', 0);
    playout.beat(1000);
    expect(playout.waiting(1000)).toBe(160);
    playout.reached(sent.at(-1) ?? '', 1000);
    expect(played.at(-1)).toEqual(['item_1', 90]);
    expect(playout.waiting(1000)).toBe(0);
    expect(playout.owedMs(60_000)).toBe(0);
  });

  it('is dropped by a clear, with what comes later of the same part, and not with what comes of another', () => {
    const { playout, played, sent, audio } = playing();
    playout.play(one, sound(1000));
    playout.beat(0);
    playout.reached('m1', 0);
    playout.beat(100);
    playout.clear(100);
    expect(sent.at(-1)).toBe('clear');
    const before = audio.length;
    playout.play(one, sound(100));
    playout.reached('m2', 110);
    playout.beat(200);
    expect(audio).toHaveLength(before);
    expect(played.at(-1)).toEqual(['item_1', 100]);
    playout.play(other, sound(40));
    playout.beat(300);
    expect(audio).toHaveLength(before + 320);
    playout.clear(400);
    playout.clear(400);
    expect(sent.filter((each) => each === 'clear')).toHaveLength(2);
  });

  it('waits while nothing can be taken', () => {
    const { playout, line, audio } = playing();
    line.isClogged = true;
    playout.play(one, sound(100));
    playout.beat(0);
    expect(audio).toEqual([]);
    line.isClogged = false;
    playout.beat(20);
    expect(audio).toHaveLength(800);
  });

  it('is owed a mark from when the first goes out, or the last came back', () => {
    const { playout } = playing();
    expect(playout.owedMs(1000)).toBe(0);
    playout.play(one, sound(1000));
    playout.beat(1000);
    expect(playout.owedMs(3000)).toBe(2000);
    playout.reached('m1', 3000);
    expect(playout.owedMs(3500)).toBe(500);
  });

  it('is never told to have been heard before it was, nor less than before, whatever the marks do', () => {
    const step = fc.record({ waitMs: fc.nat(300), addMs: fc.nat(400), returns: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.constantFrom(200, 1000), (steps, aheadMs) => {
        const { playout, sent, played, audio } = playing(aheadMs);
        let nowMs = 0;
        let returned = 0;
        for (const { waitMs, addMs, returns } of steps) {
          nowMs += waitMs;
          playout.play(one, sound(addMs));
          playout.beat(nowMs);
          for (let left = returns; left > 0; left--) playout.reached(`m${++returned}`, nowMs);
          const marks = sent.filter((each) => each.startsWith('m')).length;
          returned = Math.min(returned, marks);
          const told = played.map(([, ms]) => ms);
          expect(told).toEqual(told.toSorted((a, b) => a - b));
          expect(told.at(-1) ?? 0).toBeLessThanOrEqual(audio.length / 8);
          const unheard = audio.length / 8 - (told.at(-1) ?? 0);
          expect(unheard).toBeLessThanOrEqual(aheadMs);
        }
      }),
    );
  });
});
