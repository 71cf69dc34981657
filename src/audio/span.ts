import { type AudioFormatName, audioFormats } from './format.ts';

/**
 * Spans of time in milliseconds, samples and bytes. Two rules hold everywhere: a length in milliseconds rounds up, so
 * that a truncation at the end of what was sent is never refused (behaviour §10), and a position in samples rounds
 * down. So `msToSamples(samplesToMs(n))` is never less than n, and `samplesToMs(msToSamples(ms))` is ms again for
 * whole ms at rates from 1000 Hz. All results are exact to far beyond an hour of audio.
 */

/** The length of so many samples, in whole milliseconds, rounded up. */
export function samplesToMs(samples: number, sampleRate: number): number {
  return Math.ceil((samples * 1000) / sampleRate);
}

/** The samples that lie wholly within the first `ms` milliseconds; `ms` may have a fraction. */
export function msToSamples(ms: number, sampleRate: number): number {
  return Math.floor((ms * sampleRate) / 1000);
}

/** Whole samples in so many bytes; a spare byte of PCM is no sample yet. */
export function sampleCount(bytes: number, format: AudioFormatName): number {
  return Math.floor(bytes / audioFormats[format].bytesPerSample);
}

/** Bytes that hold so many samples. */
export function byteCount(samples: number, format: AudioFormatName): number {
  return samples * audioFormats[format].bytesPerSample;
}

/** The length of so many bytes, in whole milliseconds, rounded up. A spare byte of PCM does not count. */
export function bytesToMs(bytes: number, format: AudioFormatName): number {
  return samplesToMs(sampleCount(bytes, format), audioFormats[format].sampleRate);
}

/** The length of so many bytes in milliseconds with its fraction, for messages that state it with decimals. */
export function bytesToExactMs(bytes: number, format: AudioFormatName): number {
  return (sampleCount(bytes, format) * 1000) / audioFormats[format].sampleRate;
}

/** Bytes of the whole samples within the first `ms` milliseconds. */
export function msToBytes(ms: number, format: AudioFormatName): number {
  return byteCount(msToSamples(ms, audioFormats[format].sampleRate), format);
}

/** The audio clock of a session: ticks of 1/24000 s, in which a sample of every format is whole. */
export const ticksPerMs = 24;

/** Whole samples in so many bytes, as ticks. A spare byte of PCM does not count. */
export function bytesToTicks(bytes: number, format: AudioFormatName): number {
  return sampleCount(bytes, format) * ((1000 * ticksPerMs) / audioFormats[format].sampleRate);
}
