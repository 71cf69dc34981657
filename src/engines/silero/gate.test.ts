import { describe, expect, it } from 'vitest';
import type { VadSession } from '../contract.ts';
import { gated } from './gate.ts';

const sampleRate = 16_000;
const windowSamples = 512;

/** Answers as told, and notes the loudest sample of each window it hears. */
function toldSession(answer: (call: number) => number): VadSession & { readonly heard: number[]; resets: number } {
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

function hear(session: VadSession, amplitude: number, windows: number): number[] {
  return Array.from({ length: windows }, () => session.probability(tone(amplitude)));
}

describe('gated', () => {
  it('asks no more of silence once a second has been heard and the vad agrees', () => {
    const session = toldSession(() => 0.01);
    const gate = gated(session, sampleRate);
    hear(gate, 0, 100);
    expect(session.heard.length).toBe(31);
  });

  it('asks on while the vad still believes in speech, but gives 0 after 192 ms', () => {
    const session = toldSession(() => 0.6);
    const gate = gated(session, sampleRate);
    hear(gate, 600, 40);
    expect(hear(gate, 8000, 3)).toEqual([0.6, 0.6, 0.6]);
    expect(hear(gate, 600, 10)).toEqual([0.6, 0.6, 0.6, 0.6, 0.6, 0, 0, 0, 0, 0]);
    expect(session.heard.length).toBe(53);
  });

  it('does the same in noise', () => {
    const session = toldSession((call) => (call < 43 ? 0.6 : 0.05));
    const gate = gated(session, sampleRate);
    hear(gate, 600, 40);
    hear(gate, 8000, 3);
    hear(gate, 600, 20);
    expect(session.heard.length).toBe(43 + 6 - 1);
  });

  it('believes a vad that is sure, whatever the level', () => {
    const gate = gated(
      toldSession(() => 0.95),
      sampleRate,
    );
    expect(new Set(hear(gate, 50, 60))).toEqual(new Set([0.95]));
  });

  it('gives the window before to the vad again when it is over, and only then', () => {
    const session = toldSession(() => 0.02);
    const gate = gated(session, sampleRate);
    hear(gate, 0, 60);
    gate.probability(tone(3));
    const before = session.heard.length;
    hear(gate, 9000, 2);
    expect(session.heard.slice(before)).toEqual([3, 9000, 9000]);
  });

  it('passes on what is louder than the noise as it is', () => {
    let answer = 0;
    const gate = gated(
      toldSession(() => (answer += 0.01)),
      sampleRate,
    );
    hear(gate, 100, 1);
    expect(hear(gate, 9000, 3).every((probability, i, all) => i === 0 || probability > (all[i - 1] ?? 1))).toBe(true);
  });

  it('forgets the noise at a reset, and the vad with it', () => {
    const session = toldSession(() => 0.01);
    const gate = gated(session, sampleRate);
    hear(gate, 0, 100);
    gate.reset();
    expect(session.resets).toBe(1);
    hear(gate, 0, 100);
    expect(session.heard.length).toBe(62);
  });
});
