import { makePhaseFilter } from '../../audio/kaiser.ts';
import { panelOutputs } from './affine-code.ts';
import { networkRate, windowSamples } from './network.ts';
import { VectorMemory } from './vector-memory.ts';

/** Brings the windows of one stream, of 32 ms each, to the rate of the network and to a full scale of 1. */
export interface NetworkRate {
  /** Writes a window's 512 samples into `into`. They are as late as the filter looks ahead, with silence at first. */
  follow(window: Int16Array, into: Float32Array): void;
  reset(): void;
}

/** What streams of one rate share: the filter as weights, and the memory in which windows take turns. */
interface Shared {
  /** Samples of earlier windows that a window needs. */
  readonly keptSamples: number;
  /** The samples that were kept and the window after them, then, once run, the outputs. */
  readonly input: Float32Array;
  readonly output: Float32Array;
  run(): void;
}

const fullScale = 32_768;

/**
 * The filter is that of `createResampler`. Its outputs come in blocks whose place among the inputs is always the same,
 * so each block is one layer of weights, as the network's layers are, and takes a tenth of the time.
 *
 * Throws a RangeError for rates of which 32 ms are not whole samples.
 */
export function createNetworkRate(sampleRate: number): NetworkRate {
  const samplesTaken = samplesIn(sampleRate);
  if (sampleRate === networkRate) return sameRate;
  const { keptSamples, input, output, run } = sharedFor(sampleRate);
  const kept = new Int16Array(keptSamples);
  return {
    follow(window, into) {
      input.set(kept);
      input.set(window, keptSamples);
      run();
      into.set(output);
      keep(kept, window, samplesTaken);
    },
    reset: () => void kept.fill(0),
  };
}

/** The samples of 32 ms. Throws a RangeError where they are not whole. */
export function samplesIn(sampleRate: number): number {
  const samples = (windowSamples * sampleRate) / networkRate;
  if (!Number.isInteger(samples)) throw new RangeError(`32 ms of ${sampleRate} Hz are no whole number of samples.`);
  return samples;
}

const sameRate: NetworkRate = {
  follow(window, into) {
    for (let i = 0; i < into.length; i++) into[i] = (window[i] ?? 0) / fullScale;
  },
  reset() {},
};

/** The newest samples, of a window that may be shorter than what is kept. */
function keep(kept: Int16Array, window: Int16Array, length: number): void {
  if (length < kept.length) kept.copyWithin(0, length);
  const count = Math.min(length, kept.length);
  kept.set(window.subarray(length - count, length), kept.length - count);
}

const shared = new Map<number, Shared>();

function sharedFor(sampleRate: number): Shared {
  const made = shared.get(sampleRate) ?? share(sampleRate);
  shared.set(sampleRate, made);
  return made;
}

function share(sampleRate: number): Shared {
  const { up, down, reach, rows } = makePhaseFilter(...reduced(networkRate, sampleRate));
  const taps = 2 * reach;
  // Late by whole steps of the filter, so that every window begins with the same row of it.
  const lateSamples = Math.ceil(reach / down) * down;
  const keptSamples = lateSamples + reach - 1;
  const outputs = blockOutputs(up, down);
  const blockSamples = (outputs * down) / up;
  const at = (output: number): number => Math.floor((output * down) / up);
  const inputs = at(outputs - 1) + taps;
  const length = keptSamples + samplesIn(sampleRate);
  const memory = new VectorMemory(length + windowSamples + (inputs + 1) * outputs);
  const inputAt = memory.take(length);
  const outputAt = memory.take(windowSamples);
  const layer = memory.layer({
    inputs,
    outputs,
    weight(output, input) {
      const tap = input - at(output);
      return tap < 0 || tap >= taps ? 0 : (rows[((output * down) % up) * taps + tap] ?? 0) / fullScale;
    },
    bias: () => 0,
  });
  return {
    keptSamples,
    input: memory.floats.subarray(inputAt, inputAt + length),
    output: memory.floats.subarray(outputAt, outputAt + windowSamples),
    run() {
      for (let block = 0; block * outputs < windowSamples; block++)
        layer(inputAt + block * blockSamples, outputAt + block * outputs);
    },
  };
}

/** The fewest outputs, in whole panels, after which the filter is where it was; they divide a window. */
function blockOutputs(up: number, down: number): number {
  let outputs = panelOutputs;
  while ((outputs * down) % up !== 0) outputs *= 2;
  return outputs;
}

function reduced(toRate: number, fromRate: number): [up: number, down: number] {
  let [divisor, rest] = [toRate, fromRate];
  while (rest !== 0) [divisor, rest] = [rest, divisor % rest];
  return [toRate / divisor, fromRate / divisor];
}
