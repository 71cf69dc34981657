import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { peakLevel } from './level.ts';
import { tone, toneMsPerCharacter } from './tone.ts';

describe('tone', () => {
  it('is the same to the bit everywhere', () => {
    expect([...tone({ sampleRate: 8_000, ms: 2.5 })]).toEqual([
      0, 2544, 4838, 6659, 7828, 8231, 7828, 6659, 4838, 2544, 0, -2544, -4838, -6659, -7828, -8231, -7828, -6659,
      -4838, -2544,
    ]);
  });

  it('is a sine, nearest in every sample to one made by the engine', () => {
    const made = tone({ sampleRate: 24_000, ms: 1000, frequencyHz: 440, amplitude: 32_767 });
    made.forEach((sample, i) => {
      expect(Math.abs(sample - 32_767 * Math.sin((2 * Math.PI * 440 * i) / 24_000))).toBeLessThan(0.51);
    });
  });

  it('is gentle: −12 dBFS', () => {
    expect(peakLevel(tone({ sampleRate: 24_000, ms: 60 }))).toBeCloseTo(-12, 2);
  });

  it('goes on without a step where it was left', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(8_000, 22_050, 24_000),
        fc.integer({ min: 20, max: 3_000 }),
        fc.nat(200),
        (sampleRate, frequencyHz, cut) => {
          const whole = tone({ sampleRate, frequencyHz, ms: 400 });
          const first = tone({ sampleRate, frequencyHz, ms: cut });
          const rest = tone({ sampleRate, frequencyHz, ms: 200, startSample: first.length });
          expect([...first, ...rest]).toEqual([...whole.subarray(0, first.length + rest.length)]);
        },
      ),
    );
  });

  it.each([8_000, 16_000, 22_050, 24_000, 44_100, 48_000])(
    'makes characters at %i Hz that join without a click',
    (sampleRate) => {
      const character = tone({ sampleRate, ms: toneMsPerCharacter });
      const word = tone({ sampleRate, ms: 5 * toneMsPerCharacter });
      expect(word.length).toBe(5 * character.length);
      for (let at = 0; at < word.length; at += character.length)
        expect(word.subarray(at, at + character.length)).toEqual(character);
    },
  );

  it('stays in phase after an hour', () => {
    const startSample = 3_600 * 24_000;
    expect(tone({ sampleRate: 24_000, ms: 60, frequencyHz: 441, startSample })).toEqual(
      tone({ sampleRate: 24_000, ms: 60, frequencyHz: 441 }),
    );
  });
});
