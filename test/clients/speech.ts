import { spawnSync } from 'node:child_process';
import {
  type AudioFormatName,
  audioFormats,
  createResampler,
  encodeSamples,
  msToBytes,
  readWav,
} from '../../src/audio/node/index.ts';

/** Real speech by espeak-ng as bytes of a format, with silence before and after, in milliseconds. */
export function speech(
  text: string,
  silence: { readonly beforeMs: number; readonly afterMs: number },
  format: AudioFormatName = 'audio/pcm',
): Uint8Array {
  const { sampleRate } = audioFormats[format];
  const quiet = (ms: number): Int16Array => new Int16Array((ms * sampleRate) / 1000);
  const spoken = spawnSync('espeak-ng', ['--stdin', '--stdout'], { input: text, maxBuffer: 100_000_000 });
  if (spoken.status !== 0) throw new Error('espeak-ng failed. Run: sudo apt-get install -y espeak-ng');
  const wav = readWav(spoken.stdout);
  if (!wav.ok) throw new Error(`espeak-ng wrote no WAV: ${wav.problem}`);
  const resampler = createResampler(wav.format.sampleRate, sampleRate);
  const pieces = [quiet(silence.beforeMs), resampler.push(wav.samples), resampler.flush(), quiet(silence.afterMs)];
  return Buffer.concat(pieces.map((piece) => encodeSamples(piece, format)));
}

/** The same audio in frames of so many milliseconds, as a microphone delivers it. */
export function frames(audio: Uint8Array, frameMs = 20, format: AudioFormatName = 'audio/pcm'): Uint8Array[] {
  const size = msToBytes(frameMs, format);
  return Array.from({ length: Math.ceil(audio.length / size) }, (_, index) =>
    audio.subarray(index * size, (index + 1) * size),
  );
}
