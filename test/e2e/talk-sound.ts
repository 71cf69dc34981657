import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readWav } from '../../src/audio/wav.ts';

/** A WAV file in which someone says the words, at 22.05 kHz. */
export function spokenWav(words: string): Buffer {
  const { status, stdout } = spawnSync('espeak-ng', ['--stdout', words], { maxBuffer: 64 * 1024 * 1024 });
  if (status !== 0) throw new Error('espeak-ng failed');
  return stdout;
}

/** The samples of a file that was written as 24 kHz mono. */
export function soundIn(file: string): Int16Array {
  const wav = readWav(readFileSync(file));
  if (!wav.ok || wav.format.sampleRate !== 24_000 || wav.format.channels !== 1)
    throw new Error(`${file} is no such file`);
  return wav.samples;
}

export const msOf = (samples: Int16Array): number => samples.length / 24;

/** From the first sample that can be heard to the last, in milliseconds. */
export function soundingMs(samples: Int16Array): number {
  const isLoud = (sample: number): boolean => Math.abs(sample) > 300;
  const first = samples.findIndex(isLoud);
  return first === -1 ? 0 : (samples.findLastIndex(isLoud) - first + 1) / 24;
}
