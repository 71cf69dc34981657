import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Loudspeaker } from './loudspeaker.ts';

/** Each part sounds like its number, which is not 0. */
const keyOf = (part: number) => ({ itemId: String(part), contentIndex: 0 });
const soundOf = (part: number, samples: number) => new Int16Array(samples).fill(part);
const play = fc.record({ part: fc.integer({ min: 1, max: 60 }), samples: fc.nat(2000) });
const frame = fc.constant('frame' as const);
const clear = fc.constant('clear' as const);

describe('a loudspeaker', () => {
  it('plays what was given, in order and once, and tells how much of each part', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(play, frame), { maxLength: 200 }), (steps) => {
        const speaker = new Loudspeaker();
        const given: number[] = [];
        const gaveOut: number[] = [];
        const told = new Map<string, number>();
        const next = () => gaveOut.push(...speaker.frame(({ itemId }, samples) => told.set(itemId, samples)));
        for (const step of steps) {
          if (step === 'frame') next();
          else {
            speaker.play(keyOf(step.part), soundOf(step.part, step.samples));
            given.push(...soundOf(step.part, step.samples));
          }
        }
        while (speaker.waitingSamples > 0) next();
        expect(gaveOut.filter((sample) => sample !== 0)).toEqual(given);
        const counts = new Map<string, number>();
        for (const part of given) counts.set(String(part), (counts.get(String(part)) ?? 0) + 1);
        expect(told).toEqual(counts);
      }),
    );
  });

  it('is silent after a clear but for 5 ms, and for good of what was known', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(play, play, frame, clear), { maxLength: 100 }), (steps) => {
        const speaker = new Loudspeaker();
        const known = new Set<number>();
        const cut = new Set<number>();
        const heardAgain: number[] = [];
        for (const step of steps) {
          if (step === 'clear') {
            speaker.clear();
            for (const part of known) cut.add(part);
          } else if (step === 'frame') {
            heardAgain.push(
              ...speaker
                .frame(() => {})
                .subarray(120)
                .filter((sample) => cut.has(sample)),
            );
          } else {
            known.add(step.part);
            speaker.play(keyOf(step.part), soundOf(step.part, step.samples));
          }
        }
        expect(heardAgain).toEqual([]);
      }),
    );
  });

  it('forgets the oldest of very many parts, unless they wait', () => {
    const speaker = new Loudspeaker();
    for (let part = 1; part <= 200; part++) speaker.play(keyOf(part), soundOf(part, 480));
    const played: number[] = [];
    while (speaker.waitingSamples > 0) speaker.frame((_, samples) => played.push(samples));
    expect(played).toEqual(Array.from({ length: 200 }, () => 480));
    speaker.clear();
    speaker.play(keyOf(200), soundOf(200, 480));
    expect(speaker.waitingSamples).toBe(0);
    speaker.play(keyOf(201), soundOf(201, 480));
    speaker.play(keyOf(1), soundOf(1, 480));
    expect(speaker.waitingSamples).toBe(960);
  });
});
