import { describe, expect, it } from 'vitest';
import type { Ears } from '../contract.ts';
import { gated } from './gate.ts';

const sampleRate = 16_000;
const windowSamples = 512;

/** Ears that answer as told, and note the loudest sample of each window they hear. */
function toldEars(answer: (call: number) => number): Ears & { readonly heard: number[]; resets: number } {
  const heard: number[] = [];
  return {
    heard,
    resets: 0,
    windowSamples,
    probability: (window) => answer(heard.push(Math.max(...window)) - 1),
    reset() {
      this.resets += 1;
    },
  };
}

/** A window of a 1 kHz tone with this amplitude. */
function tone(amplitude: number): Int16Array {
  return Int16Array.from({ length: windowSamples }, (_, i) => Math.round(amplitude * Math.sin((i * Math.PI) / 8)));
}

function hear(ears: Ears, amplitude: number, windows: number): number[] {
  return Array.from({ length: windows }, () => ears.probability(tone(amplitude)));
}

describe('gated', () => {
  it('asks no more of silence once a second has been heard and the ears agree', () => {
    const ears = toldEars(() => 0.01);
    const gate = gated(ears, sampleRate);
    hear(gate, 0, 100);
    expect(ears.heard.length).toBe(31);
  });

  it('asks on while the ears still believe in speech, but gives 0 after 192 ms', () => {
    const ears = toldEars(() => 0.6);
    const gate = gated(ears, sampleRate);
    hear(gate, 600, 40);
    expect(hear(gate, 8000, 3)).toEqual([0.6, 0.6, 0.6]);
    expect(hear(gate, 600, 10)).toEqual([0.6, 0.6, 0.6, 0.6, 0.6, 0, 0, 0, 0, 0]);
    expect(ears.heard.length).toBe(53);
  });

  it('does the same in noise', () => {
    const ears = toldEars((call) => (call < 43 ? 0.6 : 0.05));
    const gate = gated(ears, sampleRate);
    hear(gate, 600, 40);
    hear(gate, 8000, 3);
    hear(gate, 600, 20);
    expect(ears.heard.length).toBe(43 + 6 - 1);
  });

  it('believes ears that are sure, whatever the level', () => {
    const gate = gated(
      toldEars(() => 0.95),
      sampleRate,
    );
    expect(new Set(hear(gate, 50, 60))).toEqual(new Set([0.95]));
  });

  it('gives the window before to the ears again when it is over, and only then', () => {
    const ears = toldEars(() => 0.02);
    const gate = gated(ears, sampleRate);
    hear(gate, 0, 60);
    gate.probability(tone(3));
    const before = ears.heard.length;
    hear(gate, 9000, 2);
    expect(ears.heard.slice(before)).toEqual([3, 9000, 9000]);
  });

  it('passes on what is louder than the noise as it is', () => {
    let answer = 0;
    const gate = gated(
      toldEars(() => (answer += 0.01)),
      sampleRate,
    );
    hear(gate, 100, 1);
    expect(hear(gate, 9000, 3).every((probability, i, all) => i === 0 || probability > (all[i - 1] ?? 1))).toBe(true);
  });

  it('forgets the noise at a reset, and the ears with it', () => {
    const ears = toldEars(() => 0.01);
    const gate = gated(ears, sampleRate);
    hear(gate, 0, 100);
    gate.reset();
    expect(ears.resets).toBe(1);
    hear(gate, 0, 100);
    expect(ears.heard.length).toBe(62);
  });
});
