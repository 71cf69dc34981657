import {
  type AudioFormatName,
  audioFormats,
  createResampler,
  encodeSamples,
  type Resampler,
} from '../../audio/node/index.ts';
import type { Sound } from '../../engines/contract.ts';

/** Brings a model's sound to the bytes of a response's output format, in a stream. */
export interface SpeechEncoder {
  encode(sound: Sound): Uint8Array;
  /** What the resampler still holds: at the end of a message. */
  flush(): Uint8Array;
}

export function createSpeechEncoder(format: AudioFormatName): SpeechEncoder {
  const { sampleRate } = audioFormats[format];
  let resampler: Resampler<Int16Array> | null = null;
  let fromRate = sampleRate;

  function flush(): Uint8Array {
    const rest = resampler?.flush() ?? new Int16Array();
    resampler = null;
    return encodeSamples(rest, format);
  }

  return {
    encode({ samples, sampleRate: given }) {
      if (given === sampleRate) return encodeSamples(samples, format);
      if (resampler === null || fromRate !== given) {
        resampler = createResampler(given, sampleRate);
        fromRate = given;
      }
      return encodeSamples(resampler.push(samples), format);
    },
    flush,
  };
}
