import { createResampler } from '../../audio/node/index.ts';
import type { Ears } from '../contract.ts';
import { contextSamples, type Network, networkRate, stateLength, windowSamples } from './network.ts';

const fullScale = 32_768;

/**
 * Ears that hear every window of 32 ms with the network. It hears the sound as late as the resampler looks ahead: 4 ms at
 * 24 kHz, 8 ms at 8 kHz. Sound of 8 kHz is brought to 16 kHz as well, since the model's own network for 8 kHz places
 * beginnings and ends less well.
 *
 * Throws a RangeError for rates of which 32 ms are not whole samples.
 */
export function createEars(network: Network, sampleRate: number): Ears {
  const samplesTaken = (windowSamples * sampleRate) / networkRate;
  if (!Number.isInteger(samplesTaken))
    throw new RangeError(`32 ms of ${sampleRate} Hz are no whole number of samples.`);
  const audio = new Float32Array(contextSamples + windowSamples);
  const state = new Float32Array(stateLength);
  let resampler = createResampler(sampleRate, networkRate);
  return {
    windowSamples: samplesTaken,
    probability(window) {
      const samples = resampler.push(window);
      audio.copyWithin(0, windowSamples);
      // The first output alone is shorter than a window, by the look-ahead: silence comes before it.
      const from = audio.length - samples.length;
      for (let i = 0; i < samples.length; i++) audio[from + i] = (samples[i] ?? 0) / fullScale;
      return network(audio, state);
    },
    reset() {
      audio.fill(0);
      state.fill(0);
      resampler = createResampler(sampleRate, networkRate);
    },
  };
}
