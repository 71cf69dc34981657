import { alawToSamples, samplesToAlaw, samplesToUlaw, ulawToSamples } from './g711.ts';
import { bytesToSamples, samplesToBytes } from './pcm16.ts';

/** The wire names of the audio formats a session speaks (behaviour §1.3). */
export type AudioFormatName = 'audio/pcm' | 'audio/pcmu' | 'audio/pcma';

/** What the bytes of a format mean. Every format is mono. */
export interface AudioFormatFacts {
  /** Samples per second. */
  readonly sampleRate: number;
  readonly bytesPerSample: 1 | 2;
}

/** 16-bit little-endian PCM at 24 kHz, and G.711 µ-law (`pcmu`) and A-law (`pcma`) at 8 kHz. */
export const audioFormats: Readonly<Record<AudioFormatName, AudioFormatFacts>> = {
  'audio/pcm': { sampleRate: 24_000, bytesPerSample: 2 },
  'audio/pcmu': { sampleRate: 8_000, bytesPerSample: 1 },
  'audio/pcma': { sampleRate: 8_000, bytesPerSample: 1 },
};

/** Bytes of a format from samples at that format's rate. For PCM the result may share memory with `samples`. */
export function encodeSamples(samples: Int16Array, format: AudioFormatName): Uint8Array {
  switch (format) {
    case 'audio/pcm':
      return samplesToBytes(samples);
    case 'audio/pcmu':
      return samplesToUlaw(samples);
    case 'audio/pcma':
      return samplesToAlaw(samples);
    default:
      return format satisfies never;
  }
}

/**
 * Samples from bytes of a format, at that format's rate. For PCM the result may share memory with `bytes`, and a
 * trailing odd byte is left out: `wholeSamples` keeps it for the next chunk.
 */
export function decodeSamples(bytes: Uint8Array, format: AudioFormatName): Int16Array {
  switch (format) {
    case 'audio/pcm':
      return bytesToSamples(bytes);
    case 'audio/pcmu':
      return ulawToSamples(bytes);
    case 'audio/pcma':
      return alawToSamples(bytes);
    default:
      return format satisfies never;
  }
}
