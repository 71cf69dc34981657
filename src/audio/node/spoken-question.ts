import { createResampler, ulawToSamples } from './index.ts';
import { speechBytes } from './speech-bytes.ts';

/** A spoken question of about two seconds, which ends where the speech does. */
export function spokenQuestion(sampleRate: number): Int16Array {
  const samples = ulawToSamples(Buffer.from(speechBytes, 'base64'));
  if (sampleRate === 8_000) return samples;
  const resampler = createResampler(8_000, sampleRate);
  const pieces = [resampler.push(samples), resampler.flush()];
  return Int16Array.from(pieces.flatMap((piece) => [...piece]));
}
