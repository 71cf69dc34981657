import { spawnSync } from 'node:child_process';
import { createResampler, readWav } from '../../src/audio/node/index.ts';
import { espeakHint, findEspeak } from '../../src/engines/index.ts';

export interface Phrase {
  readonly text: string;
  readonly voice: string;
  readonly wordsPerMinute: number;
}

/** espeak-ng's own sound of a phrase, at a rate, without the silence before and after it. */
export function record({ text, voice, wordsPerMinute }: Phrase, sampleRate: number): Int16Array {
  const program = findEspeak();
  if (program === null) throw new Error(`this test needs espeak-ng: ${espeakHint}`);
  const args = ['--stdin', '--stdout', '-b', '1', '-z', '-v', voice, '-s', String(wordsPerMinute)];
  const run = spawnSync(program, args, { input: text, maxBuffer: 64 * 1024 * 1024 });
  const wav = readWav(run.stdout);
  if (!wav.ok) throw new Error(`espeak-ng wrote no WAV file: ${wav.problem}`);
  const resampler = createResampler(wav.format.sampleRate, sampleRate);
  const parts = [resampler.push(wav.samples), resampler.flush()];
  return trimmed(Int16Array.from(parts.flatMap((part) => Array.from(part))));
}

function trimmed(samples: Int16Array): Int16Array {
  const isHeard = (sample: number): boolean => Math.abs(sample) > 30;
  return samples.slice(samples.findIndex(isHeard), samples.findLastIndex(isHeard) + 1);
}
