import type { VadSession } from '../contract.ts';
import { contextSamples, type Network, stateLength, windowSamples } from './network.ts';
import { createNetworkRate, samplesIn } from './network-rate.ts';

/**
 * Hears every window of 32 ms with the network. It hears the sound as late as the change of the rate looks
 * ahead: 4 ms at 24 kHz, 8 ms at 8 kHz. Sound of 8 kHz is brought to 16 kHz as well, since the model's own network for
 * 8 kHz places beginnings and ends less well.
 *
 * Throws a RangeError for rates of which 32 ms are not whole samples.
 */
export function createVadSession(network: Network, sampleRate: number): VadSession {
  const rate = createNetworkRate(sampleRate);
  const audio = new Float32Array(contextSamples + windowSamples);
  const heard = audio.subarray(contextSamples);
  const state = new Float32Array(stateLength);
  return {
    windowSamples: samplesIn(sampleRate),
    probability(window) {
      audio.copyWithin(0, windowSamples);
      rate.follow(window, heard);
      return network(audio, state);
    },
    reset() {
      audio.fill(0);
      state.fill(0);
      rate.reset();
    },
  };
}
