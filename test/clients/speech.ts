import { spawnSync } from 'node:child_process';
import { createResampler, readWav, samplesToBytes } from '../../src/audio/node/index.ts';

const sampleRate = 24_000;

/** Real speech by espeak-ng as 24 kHz PCM16 bytes, with silence before and after, in milliseconds. */
export function speech(text: string, silence: { readonly beforeMs: number; readonly afterMs: number }): Uint8Array {
  const spoken = spawnSync('espeak-ng', ['--stdin', '--stdout'], { input: text, maxBuffer: 100_000_000 });
  if (spoken.status !== 0) throw new Error('espeak-ng failed. Run: sudo apt-get install -y espeak-ng');
  const wav = readWav(spoken.stdout);
  if (!wav.ok) throw new Error(`espeak-ng wrote no WAV: ${wav.problem}`);
  const resampler = createResampler(wav.format.sampleRate, sampleRate);
  const pieces = [quiet(silence.beforeMs), resampler.push(wav.samples), resampler.flush(), quiet(silence.afterMs)];
  return Buffer.concat(pieces.map(samplesToBytes));
}

function quiet(ms: number): Int16Array {
  return new Int16Array((ms * sampleRate) / 1000);
}

/** The same audio in frames of so many milliseconds, as a microphone delivers it. */
export function frames(audio: Uint8Array, frameMs = 20): Uint8Array[] {
  const size = (frameMs * sampleRate * 2) / 1000;
  return Array.from({ length: Math.ceil(audio.length / size) }, (_, index) =>
    audio.subarray(index * size, (index + 1) * size),
  );
}
