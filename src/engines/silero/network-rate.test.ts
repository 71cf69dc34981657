import { describe, expect, it } from 'vitest';
import { createResampler } from '../../audio/node/index.ts';
import { networkRate, windowSamples } from './network.ts';
import { createNetworkRate, samplesIn } from './network-rate.ts';

/** Each rate, and the samples of 16 kHz that its filter looks ahead: some 4 ms, longer below 16 kHz. */
const rates = [
  [8_000, 128],
  [11_000, 96],
  [12_000, 88],
  [24_000, 64],
  [32_000, 64],
  [48_000, 64],
  [96_000, 64],
] as const;
const windows = 12;

/** A wave that a voice could be, and noise over all frequencies. */
function sound(sampleRate: number, seed: number): Int16Array {
  return Int16Array.from({ length: samplesIn(sampleRate) * windows }, (_, i) => {
    const noise = (((i + seed) * 7919) % 4001) - 2000;
    return Math.round(9000 * Math.sin((2 * Math.PI * 200 * i) / sampleRate)) + noise;
  });
}

function heard(sampleRate: number, samples: Int16Array, rate = createNetworkRate(sampleRate)): Float32Array {
  const length = samplesIn(sampleRate);
  const all = new Float32Array(windows * windowSamples);
  for (let i = 0; i < windows; i++) {
    const into = all.subarray(i * windowSamples, (i + 1) * windowSamples);
    rate.follow(samples.subarray(i * length, (i + 1) * length), into);
  }
  return all;
}

/** Where in `all` the expected samples stand, by the place at which they differ least. */
function bestDelay(all: Float32Array, expected: Float32Array): { readonly delay: number; readonly error: number } {
  const length = all.length - 2 * windowSamples;
  const errors = Array.from({ length: windowSamples }, (_, delay) => {
    let error = 0;
    for (let i = windowSamples; i < length; i += 1) {
      error = Math.max(error, Math.abs((all[i + delay] ?? 0) - (expected[i] ?? 0)));
    }
    return { delay, error };
  });
  return errors.reduce((least, each) => (each.error < least.error ? each : least));
}

describe('createNetworkRate', () => {
  it.each(rates)('gives what the resampler gives, from %i Hz, %i samples later', (sampleRate, late) => {
    const samples = sound(sampleRate, 0);
    const floats = Float32Array.from(samples, (sample) => sample / 32_768);
    const expected = createResampler(sampleRate, networkRate, 'float32').push(floats);
    const { delay, error } = bestDelay(heard(sampleRate, samples), expected);
    expect(error).toBeLessThan(1e-5);
    expect(delay).toBe(late);
  });

  it('passes on samples of the same rate, at full scale 1', () => {
    const samples = sound(networkRate, 0);
    expect(heard(networkRate, samples)).toEqual(Float32Array.from(samples, (sample) => sample / 32_768));
  });

  it('keeps streams apart that take turns', () => {
    const sounds = [sound(24_000, 1), sound(24_000, 500)];
    const alone = sounds.map((each) => heard(24_000, each));
    const streams = sounds.map(() => createNetworkRate(24_000));
    const mixed = sounds.map(() => new Float32Array(windows * windowSamples));
    for (let i = 0; i < windows; i++)
      for (const [index, stream] of streams.entries()) {
        const into = mixed[index]?.subarray(i * windowSamples, (i + 1) * windowSamples) ?? new Float32Array();
        stream.follow(sounds[index]?.subarray(i * 768, (i + 1) * 768) ?? new Int16Array(), into);
      }
    expect(mixed).toEqual(alone);
  });

  it('hears nothing of what was before a reset', () => {
    const rate = createNetworkRate(8_000);
    const first = heard(8_000, sound(8_000, 0), rate);
    rate.reset();
    expect(heard(8_000, sound(8_000, 0), rate)).toEqual(first);
  });

  it('refuses a rate whose windows are not whole', () => {
    expect(() => createNetworkRate(22_050)).toThrow(RangeError);
  });
});
