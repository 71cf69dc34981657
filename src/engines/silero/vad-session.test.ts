import { describe, expect, it } from 'vitest';
import { contextSamples, type Network, windowSamples } from './network.ts';
import { createVadSession } from './vad-session.ts';

/** A network that notes what it is given. */
function notebook(): { readonly network: Network; readonly given: Float32Array[] } {
  const given: Float32Array[] = [];
  return {
    given,
    network(audio, state) {
      given.push(audio.slice());
      state[0] = (state[0] ?? 0) + 1;
      return state[0] / 100;
    },
  };
}

const ramp = (from: number, length: number): Int16Array => Int16Array.from({ length }, (_, i) => from + i);

describe('createVadSession', () => {
  it.each([8_000, 12_000, 16_000, 24_000, 32_000, 48_000])('takes 32 ms of %i Hz at a time, as one window', (rate) => {
    const { network, given } = notebook();
    const session = createVadSession(network, rate);
    expect(session.windowSamples).toBe((rate * 32) / 1000);
    for (let i = 0; i < 20; i++) session.probability(new Int16Array(session.windowSamples).fill(1000));
    expect(given.length).toBe(20);
    const last = given.at(-1) ?? [];
    expect(last.length).toBe(contextSamples + windowSamples);
    for (const sample of last) expect(sample).toBeCloseTo(1000 / 32_768, 3);
  });

  it('refuses a rate whose windows are not whole', () => {
    expect(() => createVadSession(notebook().network, 22_050)).toThrow(RangeError);
  });

  it('gives each window with the end of the one before, from silence on, at full scale 1', () => {
    const { network, given } = notebook();
    const session = createVadSession(network, 16_000);
    for (let i = 0; i < 3; i++) session.probability(ramp(i * windowSamples, windowSamples));
    expect([...(given[0] ?? [])]).toEqual([
      ...Array<number>(contextSamples).fill(0),
      ...[...ramp(0, windowSamples)].map((sample) => sample / 32_768),
    ]);
    expect([...(given[2] ?? [])].map((sample) => sample * 32_768)).toEqual([
      ...ramp(2 * windowSamples - contextSamples, contextSamples + windowSamples),
    ]);
  });

  it('loses no sample where it changes the rate', () => {
    const { network, given } = notebook();
    const session = createVadSession(network, 24_000);
    const wave = Int16Array.from({ length: 768 * 12 }, (_, i) => Math.round(9000 * Math.sin(i / 20)));
    for (let from = 0; from < wave.length; from += 768) session.probability(wave.subarray(from, from + 768));
    const heard = given.flatMap((audio) => [...audio.subarray(contextSamples)]);
    const delay = 64;
    for (let i = 200; i < heard.length; i++) {
      expect(heard[i]).toBeCloseTo((9000 / 32_768) * Math.sin(((i - delay) * 1.5) / 20), 3);
    }
  });

  it('forgets everything at a reset', () => {
    const { network, given } = notebook();
    const session = createVadSession(network, 8_000);
    const windows = [ramp(0, 256), ramp(900, 256)];
    const first = windows.map((window) => session.probability(window));
    session.reset();
    expect(windows.map((window) => session.probability(window))).toEqual(first);
    expect(given.slice(2)).toEqual(given.slice(0, 2));
  });

  it('keeps no reference to a window', () => {
    const { network, given } = notebook();
    const session = createVadSession(network, 16_000);
    const window = ramp(0, windowSamples);
    session.probability(window);
    window.fill(0);
    session.probability(ramp(0, windowSamples));
    expect((given[1]?.[contextSamples - 1] ?? 0) * 32_768).toBe(windowSamples - 1);
  });
});
