import { type AudioFormatName, audioFormats } from '../audio/format.ts';
import { ticksPerMs } from '../audio/span.ts';
import type { AudioFormat } from '../protocol/types.ts';

export { bytesToTicks, ticksPerMs } from '../audio/span.ts';

const ticksPerSecond = 1000 * ticksPerMs;

/** The format's name; an object without a `type` means PCM, the wire's default. */
export function formatName(format: AudioFormat): AudioFormatName {
  return format.type ?? 'audio/pcm';
}

/** Bytes that hold the whole samples of so many ticks. */
export function ticksToBytes(ticks: number, format: AudioFormatName): number {
  const { bytesPerSample, sampleRate } = audioFormats[format];
  return Math.floor(ticks / (ticksPerSecond / sampleRate)) * bytesPerSample;
}

/** Milliseconds rounded down: a position on the audio clock as the events report it. */
export function ticksToMs(ticks: number): number {
  return Math.floor(ticks / ticksPerMs);
}

/** Milliseconds rounded up: a length, so that an honest client's truncation is never refused (behaviour §10). */
export function ticksToMsUp(ticks: number): number {
  return Math.ceil(ticks / ticksPerMs);
}
