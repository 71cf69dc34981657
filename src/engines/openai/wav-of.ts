import { createResampler, writeWav } from '../../audio/node/index.ts';
import type { Sound } from '../contract.ts';

/** A sound as a WAV file of 16-bit samples at a rate in hertz. */
export function wavOf({ samples, sampleRate }: Sound, toRate: number): Uint8Array {
  return writeWav(resampled(samples, sampleRate, toRate), { sampleRate: toRate });
}

function resampled(samples: Int16Array, fromRate: number, toRate: number): Int16Array {
  const resampler = createResampler(fromRate, toRate);
  const parts = [resampler.push(samples), resampler.flush()];
  const all = new Int16Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
