import { readTensors, type Tensor } from './onnx-tensors.ts';
import { inPanels, VectorMemory, type Weights } from './vector-memory.ts';

/** In hertz. */
export const networkRate = 16_000;

/** Samples that a judgement is about, and those before them that it needs to hear. */
export const windowSamples = 512;
export const contextSamples = 64;

/** What a stream carries from one window to the next: the recurrent layer's output and its memory. */
export const stateLength = 256;

/**
 * How likely a window holds speech, 0 to 1. `audio` is context and window, of −1 to 1; `state` is all 0 at first and is
 * written over. Streams may take turns, each with its own state.
 */
export type Network = (audio: Float32Array, state: Float32Array) => number;

const hidden = stateLength / 2;

/** The spectrum: frames of 256 samples, 128 apart; the last reaches past the end, where the sound is mirrored. */
const frameSamples = 256;
const hopSamples = 128;
const frames = 4;
const mirroredSamples = 64;
const bins = frameSamples / 2 + 1;

/** Each convolution is over three neighbouring frames; some leave out every second of their outputs. */
const taps = 3;
const strides = [1, 2, 2, 1] as const;

/** Room for all weights, and for the numbers between the layers. */
const memoryFloats = 322_000;

/** Silero's network for 16 kHz, from its ONNX file. Throws a RangeError where the file holds another network. */
export function createNetwork(file: Uint8Array): Network {
  const named = weightsOf(file);
  const memory = new VectorMemory(memoryFloats);
  const spectra = createSpectra(memory, named('stft.forward_basis_buffer'));
  let last = spectra.output;
  const convolutions = strides.map((stride, index) => {
    const weights = `encoder.${index}.reparam_conv`;
    const convolution = createConvolution(memory, last, stride, named(`${weights}.weight`), named(`${weights}.bias`));
    last = convolution.output;
    return convolution;
  });
  const recurrence = createRecurrence(memory, named);
  const features = last.at + last.channels;
  return (audio, state) => {
    spectra.run(audio);
    for (const convolution of convolutions) convolution.run();
    return recurrence(features, state);
  };
}

type Named = (name: string) => Tensor;

/** The file holds two networks, one in each branch of a condition; the first branch is the one for 16 kHz. */
function weightsOf(file: Uint8Array): Named {
  const tensors = readTensors(file);
  return (name) => {
    const tensor = tensors.get(`If_0_then_branch__Inline_0__${name}`);
    if (tensor === undefined) throw new RangeError(`The file has no weights called ${name}.`);
    return tensor;
  };
}

/** Frames one after the other, from the one of zeros that stands before the first to the one after the last. */
interface Frames {
  readonly at: number;
  readonly count: number;
  readonly channels: number;
}

function takeFrames(memory: VectorMemory, count: number, channels: number): Frames {
  return { at: memory.take((count + 2) * channels), count, channels };
}

interface Spectra {
  readonly output: Frames;
  run(audio: Float32Array): void;
}

/** How much of each frequency is in each frame. */
function createSpectra(memory: VectorMemory, basis: Tensor): Spectra {
  const { floats } = memory;
  const audioAt = memory.take(contextSamples + windowSamples + mirroredSamples);
  const wavesAt = memory.take(inPanels(2 * bins));
  const output = takeFrames(memory, frames, bins);
  const layer = memory.layer({
    inputs: frameSamples,
    outputs: 2 * bins,
    weight: (wave, sample) => basis.values[wave * frameSamples + sample] ?? 0,
    bias: () => 0,
  });
  const run = (audio: Float32Array): void => {
    floats.set(audio, audioAt);
    const end = audioAt + audio.length;
    for (let i = 0; i < mirroredSamples; i++) floats[end + i] = floats[end - 2 - i] ?? 0;
    for (let frame = 0; frame < frames; frame++) {
      layer(audioAt + frame * hopSamples, wavesAt);
      const to = output.at + (frame + 1) * bins;
      for (let bin = 0; bin < bins; bin++) {
        const cosine = floats[wavesAt + bin] ?? 0;
        const sine = floats[wavesAt + bins + bin] ?? 0;
        floats[to + bin] = Math.sqrt(cosine * cosine + sine * sine);
      }
    }
  };
  return { output, run };
}

interface Convolution {
  readonly output: Frames;
  run(): void;
}

/** Three neighbouring frames are next to each other in memory, so that each output frame is one layer of them. */
function createConvolution(
  memory: VectorMemory,
  input: Frames,
  stride: number,
  weights: Tensor,
  biases: Tensor,
): Convolution {
  const { channels } = input;
  const outputs = biases.values.length;
  const output = takeFrames(memory, Math.ceil(input.count / stride), outputs);
  const layer = memory.layer(
    {
      inputs: taps * channels,
      outputs,
      weight: (to, from) =>
        weights.values[(to * channels + (from % channels)) * taps + Math.floor(from / channels)] ?? 0,
      bias: (to) => biases.values[to] ?? 0,
    },
    0,
  );
  const run = (): void => {
    for (let frame = 0; frame < output.count; frame++) {
      layer(input.at + frame * stride * channels, output.at + (frame + 1) * outputs);
    }
  };
  return { output, run };
}

/** The recurrent layer, an LSTM, and the one output that is made of it. */
function createRecurrence(memory: VectorMemory, named: Named): (features: number, state: Float32Array) => number {
  const { floats } = memory;
  const inputAt = memory.take(2 * hidden);
  const gatesAt = memory.take(4 * hidden);
  const layer = memory.layer(recurrentWeights(named));
  const weights = named('decoder.decoder.2.weight').values;
  const bias = named('decoder.decoder.2.bias').values[0] ?? 0;
  return (features, state) => {
    floats.copyWithin(inputAt, features, features + hidden);
    floats.set(state.subarray(0, hidden), inputAt + hidden);
    layer(inputAt, gatesAt);
    let sum = bias;
    for (let unit = 0; unit < hidden; unit++) {
      const gate = gatesAt + unit;
      const taken = sigmoid(floats[gate] ?? 0) * Math.tanh(floats[gate + 2 * hidden] ?? 0);
      const kept = sigmoid(floats[gate + hidden] ?? 0) * (state[hidden + unit] ?? 0);
      const given = sigmoid(floats[gate + 3 * hidden] ?? 0) * Math.tanh(kept + taken);
      state[hidden + unit] = kept + taken;
      state[unit] = given;
      sum += Math.max(0, given) * (weights[unit] ?? 0);
    }
    return sigmoid(sum);
  };
}

/** One layer for what is new and what was given before: the four gates of each unit. */
function recurrentWeights(named: Named): Weights {
  const fresh = named('decoder.rnn.weight_ih').values;
  const given = named('decoder.rnn.weight_hh').values;
  const freshBias = named('decoder.rnn.bias_ih').values;
  const givenBias = named('decoder.rnn.bias_hh').values;
  return {
    inputs: 2 * hidden,
    outputs: 4 * hidden,
    weight: (to, from) => (from < hidden ? fresh[to * hidden + from] : given[(to - 1) * hidden + from]) ?? 0,
    bias: (to) => (freshBias[to] ?? 0) + (givenBias[to] ?? 0),
  };
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
