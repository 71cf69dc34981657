import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { modelPath } from '../../src/engines/silero/model-file.ts';
import {
  contextSamples,
  createNetwork,
  type Network,
  stateLength,
  windowSamples,
} from '../../src/engines/silero/network.ts';
import { onnxruntimeNetwork } from '../../src/engines/silero/onnxruntime.ts';
import { packageFolder } from '../setup/packages.ts';
import { record } from './espeak-recording.ts';
import { pinkNoise } from './noise.ts';
import { amplified, inPinkNoise, makeTrack } from './track.ts';

const version = '1.30.0';
const sampleRate = 16_000;
const tolerance = 1e-4;

/** What is used of the package's own API. */
interface Onnxruntime {
  readonly Tensor: new (type: string, data: Float32Array | BigInt64Array, shape: readonly number[]) => Tensor;
  readonly InferenceSession: { create(path: string): Promise<{ run(feeds: object): Promise<Record<string, Tensor>> }> };
}
interface Tensor {
  readonly data: Float32Array;
}

const load = createRequire(join(packageFolder('onnxruntime-node', version), '../from-here.js'));
const network = createNetwork(readFileSync(modelPath()));

/** The recording as the network takes it: windows, each with the end of the one before. */
function windowsOf(samples: Int16Array): readonly Float32Array[] {
  const padded = new Float32Array(contextSamples + samples.length);
  for (const [i, sample] of samples.entries()) padded[contextSamples + i] = sample / 32_768;
  return Array.from({ length: Math.floor(samples.length / windowSamples) }, (_, window) =>
    padded.slice(window * windowSamples, (window + 1) * windowSamples + contextSamples),
  );
}

function heardBy(judge: Network, samples: Int16Array): readonly number[] {
  const state = new Float32Array(stateLength);
  return windowsOf(samples).map((audio) => judge(audio, state));
}

/** Every probability that onnxruntime-node gives for a recording, by its public API. */
async function heardByOracle(samples: Int16Array): Promise<readonly number[]> {
  const { Tensor, InferenceSession } = load('onnxruntime-node') as Onnxruntime;
  const session = await InferenceSession.create(modelPath());
  const sr = new Tensor('int64', BigInt64Array.of(BigInt(sampleRate)), []);
  let state = new Tensor('float32', new Float32Array(stateLength), [2, 1, stateLength / 2]);
  const heard: number[] = [];
  for (const audio of windowsOf(samples)) {
    const { output, stateN } = await session.run({ input: new Tensor('float32', audio, [1, audio.length]), state, sr });
    if (output === undefined || stateN === undefined) throw new Error('the model has other outputs');
    heard.push(output.data[0] ?? NaN);
    state = stateN;
  }
  return heard;
}

function farthest(ours: readonly number[], theirs: readonly number[]): number {
  expect(ours.length).toBe(theirs.length);
  return Math.max(...ours.map((probability, window) => Math.abs(probability - (theirs[window] ?? NaN))));
}

const text = 'She said: What is the weather in Paris tomorrow? Stop. Seven wizards quickly jinxed the gnomes.';
const speech = (voice: string, wordsPerMinute: number): Int16Array =>
  makeTrack([{ pauseMs: 700 }, { text, voice, wordsPerMinute }, { pauseMs: 1500 }], sampleRate, 500).samples;
const noisy = (snrDb: number): Int16Array => {
  const track = makeTrack(
    [{ pauseMs: 900 }, { text, voice: 'en-us', wordsPerMinute: 175 }, { pauseMs: 900 }],
    sampleRate,
    500,
  );
  return inPinkNoise(track, snrDb, 11).samples;
};

const recordings: Readonly<Record<string, () => Int16Array>> = {
  'en-us': () => speech('en-us', 175),
  'en-us+f3': () => speech('en-us+f3', 140),
  'en-gb+m3': () => speech('en-gb+m3', 240),
  de: () => speech('de', 175),
  'fr+f2': () => speech('fr+f2', 175),
  'speech in pink noise at 10 dB': () => noisy(10),
  'speech in pink noise at 0 dB': () => noisy(0),
  'soft speech': () =>
    amplified({ samples: record({ text, voice: 'de', wordsPerMinute: 175 }, sampleRate), sampleRate, turns: [] }, -30)
      .samples,
  'overdriven speech': () =>
    amplified({ samples: record({ text, voice: 'de', wordsPerMinute: 175 }, sampleRate), sampleRate, turns: [] }, 30)
      .samples,
  'pink noise': () => Int16Array.from(pinkNoise(5 * sampleRate, 1500, 3)),
  silence: () => new Int16Array(5 * sampleRate),
};

const withoutSpeech: ReadonlySet<string> = new Set(['pink noise', 'silence']);

describe('the network of Silero', () => {
  it.each(Object.entries(recordings))('gives what onnxruntime-node gives: %s', async (name, make) => {
    const samples = make();
    const theirs = await heardByOracle(samples);
    const worst = farthest(heardBy(network, samples), theirs);
    console.log(`${name}: ${theirs.length} windows, farthest apart ${worst.toExponential(1)}`);
    expect(worst).toBeLessThan(tolerance);
    expect(Math.max(...theirs) > 0.9).toBe(!withoutSpeech.has(name));
  });
});

describe('onnxruntime-node, where it is installed', () => {
  let theirs: Network | null;
  beforeAll(() => {
    theirs = onnxruntimeNetwork(load, modelPath());
  });

  it('answers at once, with what its own API gives', async () => {
    if (theirs === null) throw new Error('it cannot be called');
    const samples = speech('en-us', 175);
    expect(heardBy(theirs, samples)).toEqual(await heardByOracle(samples));
  });

  it('keeps streams apart that take turns', () => {
    if (theirs === null) throw new Error('it cannot be called');
    const [first, second] = [speech('en-us', 175), speech('de', 175)];
    const [one, other] = [new Float32Array(stateLength), new Float32Array(stateLength)];
    const others = windowsOf(second);
    const judge = theirs;
    const heard = windowsOf(first).map((audio, window) => {
      judge(others[window % others.length] ?? audio, other);
      return judge(audio, one);
    });
    expect(heard).toEqual(heardBy(theirs, first));
  });

  it('counts as missing where it cannot read the model', () => {
    expect(onnxruntimeNetwork(load, join(import.meta.dirname, 'silero-oracle.test.ts'))).toBeNull();
  });
});
