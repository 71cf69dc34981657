import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createSileroVad, energyVad, type Vad, type VadSession } from '../src/engines/index.ts';
import { modelPath } from '../src/engines/silero/model-file.ts';
import { onnxruntimeNetwork } from '../src/engines/silero/onnxruntime.ts';
import { createVadSession } from '../src/engines/silero/vad-session.ts';
import { makeTrack, type Scene } from '../test/engines/track.ts';
import { packageFolder } from '../test/setup/packages.ts';
import { ratio } from './measure.ts';

const rounds = 9;

const texts = [
  'The quick brown fox jumps over the lazy dog while five wizards quickly jinx the gnomes before they vaporise.',
  'Please book a table for four people at half past seven this evening, and tell them that we may be late.',
];
const said: readonly Scene[] = texts.map((text) => ({ text, voice: 'en-us', wordsPerMinute: 175 }));

const vads: readonly (readonly [name: string, vad: Vad])[] = [
  ['energy', energyVad],
  ['Silero', createSileroVad({ onnxruntime: false })],
  ['Silero without its gate', createSileroVad({ onnxruntime: false, gate: false })],
];

/**
 * What it costs to hear a second of sound, resampling included: processor time, the least of several runs, since a busy
 * machine only adds to it; and against the same model in onnxruntime-node, where a second time says how busy it was.
 */
export async function run(): Promise<void> {
  const load = createRequire(join(packageFolder('onnxruntime-node', '1.30.0'), '../from-here.js'));
  const network = onnxruntimeNetwork(load, modelPath());
  if (network === null) throw new Error('onnxruntime-node cannot be loaded here.');
  for (const sampleRate of [24_000, 8_000]) {
    for (const [kind, samples] of Object.entries(recordings(sampleRate))) {
      const baseline = createVadSession(network, sampleRate);
      cost(`onnxruntime-node, ${sampleRate} Hz, ${kind}`, baseline, samples, sampleRate);
      for (const [name, vad] of vads) {
        const title = `${name}, ${sampleRate} Hz, ${kind}`;
        cost(title, vad(sampleRate), samples, sampleRate);
        if (vad === energyVad) continue;
        ratio(title, seconds(vad(sampleRate), samples, sampleRate), seconds(baseline, samples, sampleRate));
      }
    }
  }
}

/** Twenty seconds and more, of speech without a pause and of as much silence as speech. */
function recordings(sampleRate: number): Readonly<Record<string, Int16Array>> {
  const pauseMs = 5000;
  const spoken = makeTrack([...said, ...said], sampleRate, 500).samples;
  const halves = said.flatMap((scene): readonly Scene[] => [scene, { pauseMs }]);
  return { speech: spoken, 'half silent': makeTrack([...halves, ...halves], sampleRate, 500).samples };
}

function cost(name: string, session: VadSession, samples: Int16Array, sampleRate: number): void {
  const runs = Array.from({ length: rounds }, () => {
    const before = process.cpuUsage();
    hear(session, samples, 0, samples.length);
    const { user, system } = process.cpuUsage(before);
    return ((user + system) / 1000 / samples.length) * sampleRate;
  });
  console.log(
    `${name.padEnd(48)} ${Math.min(...runs)
      .toFixed(2)
      .padStart(6)} ms of a processor per second`,
  );
}

/** A tenth of a second at a time, again and again from the beginning. */
function seconds(session: VadSession, samples: Int16Array, sampleRate: number): () => unknown {
  const step = Math.floor(sampleRate / 10 / session.windowSamples) * session.windowSamples;
  let at = 0;
  return () => {
    at = at + 2 * step > samples.length ? 0 : at + step;
    return hear(session, samples, at, at + step);
  };
}

function hear(session: VadSession, samples: Int16Array, from: number, to: number): number {
  let heard = 0;
  for (let at = from; at + session.windowSamples <= to; at += session.windowSamples) {
    heard += session.probability(samples.subarray(at, at + session.windowSamples));
  }
  return heard;
}
