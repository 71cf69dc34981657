import { describe, expect, it } from 'vitest';
import { samplesToUlaw } from '../audio/g711.ts';
import { rmsLevel } from '../audio/level.ts';
import { tone } from '../audio/tone.ts';
import { frameSamples } from './codec.ts';
import { openPcma, openPcmu } from './g711-codec.ts';

const sound = tone({ ms: 400, frequencyHz: 440, sampleRate: 24_000 });
const frames = Array.from({ length: 20 }, (_, nth) => sound.subarray(nth * frameSamples, (nth + 1) * frameSamples));

describe.each([openPcmu, openPcma])('G.711', (open) => {
  it('packs 20 ms into 160 bytes, from the first frame on', () => {
    const codec = open();
    expect(frames.map((frame) => codec.encode(frame).byteLength)).toEqual(Array(20).fill(160));
  });

  it('brings sound through both ways, as loud as it was', () => {
    const codec = open();
    const heard = frames.map((frame) => codec.decode(codec.encode(frame)));
    const whole = heard.slice(5, 15).map(rmsLevel);
    for (const level of whole) expect(level).toBeCloseTo(rmsLevel(frames[10] ?? sound), 0);
    const samples = heard.reduce((sum, { length }) => sum + length, 0);
    expect(samples).toBeGreaterThan(19 * frameSamples);
  });

  it('repeats what was heard last where a packet is lost, more and more softly', () => {
    const codec = open();
    for (const frame of frames) codec.decode(codec.encode(frame));
    const [first, second, third] = [codec.conceal(160, null), codec.conceal(160, null), codec.conceal(160, null)];
    expect(rmsLevel(second)).toBeLessThan(rmsLevel(first) - 3);
    expect(rmsLevel(third)).toBeLessThan(rmsLevel(second) - 3);
  });

  it('takes no payload for sound that is longer than telephones send', () => {
    const codec = open();
    expect([0, 160, 1600, 1601].map((length) => codec.ticksOf(new Uint8Array(length)))).toEqual([0, 160, 1600, 0]);
  });
});

describe('silence', () => {
  it('stays silent', () => {
    const codec = openPcmu();
    expect(codec.encode(new Int16Array(frameSamples))).toEqual(samplesToUlaw(new Int16Array(160)));
  });
});
