import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Player } from './player.ts';
import { createResampler } from './resample.ts';

const key = { itemId: 'item_1', contentIndex: 0 };
const other = { itemId: 'item_2', contentIndex: 0 };

function wave(samples: number, from = 0): Int16Array {
  return Int16Array.from({ length: samples }, (_, i) => Math.round(12_000 * Math.sin((i + from) / 7)));
}

/** The next frames, taken as an audio worklet takes them. */
function rendered(player: Player, frames: number): Float32Array {
  const output = new Float32Array(frames);
  for (let at = 0; at < frames; at += 128) player.render(output.subarray(at, at + 128));
  return output;
}

/** What the resampler makes of the whole at once. */
function resampled(samples: Int16Array, fromRate: number, toRate: number): number[] {
  const resampler = createResampler(fromRate, toRate);
  return [...resampler.push(samples), ...resampler.flush()].map((sample) => sample / 32768);
}

function playedOf(player: Player, itemId = key.itemId, delayFrames = 0): number | undefined {
  return player.positions(delayFrames).find((sound) => sound.itemId === itemId)?.playedSamples;
}

const rates = [
  [24_000, 44_100],
  [24_000, 48_000],
  [24_000, 96_000],
  [24_000, 24_000],
  [8_000, 44_100],
  [8_000, 48_000],
  [8_000, 96_000],
] as const;

describe('playing', () => {
  it.each(rates)('joins pieces of odd sizes at %i Hz without a gap on an output of %i Hz', (fromRate, toRate) => {
    const whole = wave(fromRate / 5);
    const pieces = fc.array(fc.integer({ min: 0, max: 777 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(pieces, (sizes) => {
        const player = new Player({ fromRate, toRate });
        let at = 0;
        for (const size of [...sizes, whole.length]) {
          player.play(key, whole.slice(at, at + size));
          at = Math.min(whole.length, at + size);
        }
        const expected = resampled(whole, fromRate, toRate);
        const output = [...rendered(player, expected.length + 256)];
        expect(output.slice(0, expected.length)).toEqual(expected);
        expect(output.slice(expected.length).every((sample) => sample === 0)).toBe(true);
        expect(playedOf(player)).toBe(whole.length);
        expect(player.underruns).toEqual({ count: 0, frames: 0 });
        expect(player.isSounding).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  it('plays what comes while it plays', () => {
    const whole = wave(4800);
    const player = new Player({ fromRate: 24_000, toRate: 48_000 });
    const output: number[] = [];
    for (let at = 0; at < whole.length; at += 480) {
      player.play(key, whole.slice(at, at + 480));
      output.push(...rendered(player, at === 0 ? 384 : 896));
    }
    output.push(...rendered(player, 2048));
    expect(output.slice(0, 9600)).toEqual(resampled(whole, 24_000, 48_000));
    expect(player.underruns.count).toBe(0);
  });

  it('plays items one after the other, without a gap between them', () => {
    const player = new Player({ fromRate: 24_000, toRate: 44_100 });
    const whole = wave(3000);
    player.play(key, whole.slice(0, 1001));
    player.play(other, whole.slice(1001));
    const expected = resampled(whole, 24_000, 44_100);
    expect([...rendered(player, expected.length)]).toEqual(expected);
  });

  it('is silent when nothing is to be played', () => {
    const player = new Player({ fromRate: 24_000, toRate: 48_000 });
    const output = new Float32Array(128).fill(9);
    player.render(output);
    expect([...output]).toEqual(Array.from({ length: 128 }, () => 0));
    expect(player.positions()).toEqual([]);
  });

  it('refuses rates that do not go together', () => {
    expect(() => new Player({ fromRate: 24_000, toRate: 47_999 })).toThrow(RangeError);
  });
});

describe('positions', () => {
  it('count whole samples of each item, in the order heard, and never more than were received', () => {
    const sizes = fc.array(fc.tuple(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 12 })), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(fc.constantFrom(...rates), sizes, ([fromRate, toRate], script) => {
        const player = new Player({ fromRate, toRate });
        const received = new Map<string, number>();
        let frames = 0;
        let before = new Map<string, number>();
        script.forEach(([size, quanta], i) => {
          const itemId = `item_${Math.floor(i / 3)}`;
          player.play({ itemId, contentIndex: 0 }, wave(size));
          received.set(itemId, (received.get(itemId) ?? 0) + size);
          rendered(player, quanta * 128);
          frames += quanta * 128;
          const now = new Map(player.positions().map((sound) => [sound.itemId, sound.playedSamples]));
          for (const [id, played] of now) {
            expect(played).toBeLessThanOrEqual(received.get(id) ?? 0);
            expect(played).toBeGreaterThanOrEqual(before.get(id) ?? 0);
          }
          const sum = [...now.values()].reduce((all, played) => all + played, 0);
          // Each stretch of sound ends on the nearest frame, so the next may begin half a frame early.
          expect(sum).toBeLessThanOrEqual(((frames + script.length / 2) * fromRate) / toRate);
          before = now;
        });
        rendered(player, Math.ceil(((20 * 900 * toRate) / fromRate + 256) / 128) * 128);
        for (const sound of player.positions()) expect(sound.playedSamples).toBe(sound.receivedSamples);
      }),
      { numRuns: 60 },
    );
  });

  it('follow the output to the sample', () => {
    const player = new Player({ fromRate: 24_000, toRate: 48_000 });
    rendered(player, 640);
    player.play(key, wave(1000));
    rendered(player, 256);
    expect(playedOf(player)).toBe(128);
    player.play(other, wave(1000));
    rendered(player, 2048);
    expect(playedOf(player)).toBe(1000);
    expect(playedOf(player, 'item_2')).toBe(152);
  });

  it('lag behind by the latency of the output, across items', () => {
    const player = new Player({ fromRate: 24_000, toRate: 48_000 });
    player.play(key, wave(240));
    player.play(other, wave(240));
    rendered(player, 640);
    expect(playedOf(player, 'item_1', 320)).toBe(160);
    expect(playedOf(player, 'item_2', 320)).toBe(0);
    rendered(player, 640);
    expect(playedOf(player, 'item_1', 320)).toBe(240);
    expect(playedOf(player, 'item_2', 320)).toBe(240);
  });

  it('never go back when the latency turns out to be greater', () => {
    const player = new Player({ fromRate: 24_000, toRate: 48_000 });
    player.play(key, wave(1000));
    rendered(player, 640);
    expect(playedOf(player, 'item_1', 0)).toBe(320);
    expect(playedOf(player, 'item_1', 320)).toBe(320);
  });

  it('are kept for the newest items only', () => {
    const player = new Player({ fromRate: 24_000, toRate: 24_000 });
    for (let i = 0; i < 500; i++) {
      player.play({ itemId: `item_${i}`, contentIndex: 0 }, wave(128));
      rendered(player, 128);
      player.positions();
    }
    expect(player.positions().length).toBeLessThanOrEqual(65);
    expect(player.positions().at(-1)).toEqual({
      itemId: 'item_499',
      contentIndex: 0,
      playedSamples: 128,
      playedMs: 5,
      receivedSamples: 128,
      isCut: false,
    });
  });
});

describe('under-runs', () => {
  it('are counted when a part goes on after silence, with the length of the silence', () => {
    const player = new Player({ fromRate: 24_000, toRate: 48_000 });
    player.play(key, wave(100));
    const output = rendered(player, 1024);
    expect(output.slice(200).every((sample) => sample === 0)).toBe(true);
    player.play(key, wave(100));
    rendered(player, 1024);
    expect(player.underruns).toEqual({ count: 1, frames: 1024 - 200 });
    expect(playedOf(player)).toBe(200);
  });

  it('are none when another item follows silence', () => {
    const player = new Player({ fromRate: 24_000, toRate: 48_000 });
    player.play(key, wave(100));
    rendered(player, 1024);
    player.play(other, wave(100));
    rendered(player, 1024);
    expect(player.underruns.count).toBe(0);
  });
});

describe('clearing', () => {
  it('dies away within five milliseconds and then is silent', () => {
    const player = new Player({ fromRate: 24_000, toRate: 48_000 });
    player.play(key, new Int16Array(24_000).fill(16_000));
    rendered(player, 4800 - (4800 % 128));
    player.clear();
    const output = rendered(player, 512);
    expect(output[0]).toBeGreaterThan(0.48);
    for (let i = 1; i < 240; i++) expect(output[i]).toBeLessThan(output[i - 1] ?? 0);
    expect(output.slice(240).every((sample) => sample === 0)).toBe(true);
    expect(player.isSounding).toBe(false);
    expect(player.waitingSamples).toBe(0);
  });

  it('has no step greater than the sound itself had', () => {
    const player = new Player({ fromRate: 24_000, toRate: 44_100 });
    player.play(key, wave(24_000));
    const output = [...rendered(player, 1280)];
    player.clear();
    output.push(...rendered(player, 1280));
    const steps = output.slice(1).map((sample, i) => Math.abs(sample - (output[i] ?? 0)));
    const largest = Math.max(...steps.slice(200, 1270));
    expect(Math.max(...steps.slice(1270))).toBeLessThanOrEqual(largest * 1.02);
  });

  it('counts what had been given to the output, and not what dies away', () => {
    const player = new Player({ fromRate: 24_000, toRate: 48_000 });
    player.play(key, wave(2000));
    rendered(player, 1280);
    player.clear();
    expect(player.positions()).toEqual([
      { ...key, playedSamples: 640, playedMs: 26, receivedSamples: 2000, isCut: true },
    ]);
    rendered(player, 1280);
    expect(playedOf(player)).toBe(640);
  });

  it('lets what is still on its way to the ear be heard', () => {
    const player = new Player({ fromRate: 24_000, toRate: 48_000 });
    player.play(key, wave(2000));
    rendered(player, 1280);
    player.clear();
    expect(playedOf(player, key.itemId, 480)).toBe(400);
    rendered(player, 512);
    expect(playedOf(player, key.itemId, 480)).toBe(640);
  });

  it('drops what comes late of an item, and plays the next item', () => {
    const player = new Player({ fromRate: 24_000, toRate: 48_000 });
    player.play(key, wave(2000));
    rendered(player, 128);
    player.clear();
    expect(player.play(key, wave(2000))).toBe('cut');
    rendered(player, 512);
    expect(player.isSounding).toBe(false);
    expect(player.play(other, wave(500))).toBe('waits');
    const expected = resampled(wave(500), 24_000, 48_000);
    expect([...rendered(player, 1000)]).toEqual(expected);
  });

  it('makes no sound where nothing had begun to sound', () => {
    const player = new Player({ fromRate: 24_000, toRate: 48_000 });
    player.play(key, wave(2000));
    player.clear();
    expect(rendered(player, 512).every((sample) => sample === 0)).toBe(true);
    expect(playedOf(player)).toBe(0);
  });

  it('goes on dying away when it is cleared again', () => {
    const player = new Player({ fromRate: 24_000, toRate: 48_000 });
    player.play(key, new Int16Array(24_000).fill(16_000));
    rendered(player, 1280);
    player.clear();
    const [first = 0] = rendered(player, 128).slice(-1);
    player.clear();
    const [next = 0] = rendered(player, 128);
    expect(next).toBeGreaterThan(0);
    expect(next).toBeLessThan(first);
  });
});

describe('memory', () => {
  it('is bounded: a part that does not fit is cut, and what waited of it is still played', () => {
    const player = new Player({ fromRate: 24_000, toRate: 48_000, maxWaitingSamples: 1000 });
    expect(player.play(key, wave(900))).toBe('waits');
    expect(player.play(key, wave(101))).toBe('full');
    expect(player.play(key, wave(10))).toBe('cut');
    rendered(player, 2048);
    expect(player.positions()).toEqual([
      { ...key, playedSamples: 900, playedMs: 37, receivedSamples: 900, isCut: true },
    ]);
    expect(player.play(other, wave(1000))).toBe('waits');
  });
});
