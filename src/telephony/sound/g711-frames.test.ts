import { describe, expect, it } from 'vitest';
import { encodeSamples } from '../../audio/format.ts';
import { frameBytes, G711Passage, g711Frames } from './g711-frames.ts';

const codings = ['audio/pcmu', 'audio/pcma'] as const;
const tone = Int16Array.from({ length: frameBytes }, (_, at) => Math.round(8000 * Math.sin(at)));

describe.each(codings)('sound in %s', (coding) => {
  it('passes as it is', () => {
    const sound = encodeSamples(tone, coding);
    const passage = new G711Passage(coding);
    expect(passage.decode(sound)).toBe(sound);
    expect(passage.encode(sound)).toBe(sound);
    expect(passage.ticksOf(sound)).toBe(frameBytes);
    expect(passage.ticksOf(new Uint8Array(2000))).toBe(0);
  });

  it('is made up from what was heard last, half as loud each time', () => {
    const passage = new G711Passage(coding);
    const { level } = g711Frames(coding);
    const sound = encodeSamples(tone, coding);
    passage.decode(sound);
    const made = [passage.conceal(frameBytes), passage.conceal(frameBytes)];
    const levels = [sound, ...made].map(level);
    expect(made.map(({ length }) => length)).toEqual([frameBytes, frameBytes]);
    for (const at of [0, 1]) expect((levels[at] ?? 0) - (levels[at + 1] ?? 0)).toBeCloseTo(6, 0);
  });

  it('is silent where nothing is made up from', () => {
    const { silence, level } = g711Frames(coding);
    expect(level(silence())).toBeLessThan(-60);
    expect(level(new G711Passage(coding).conceal(frameBytes))).toBeLessThan(-60);
  });
});
