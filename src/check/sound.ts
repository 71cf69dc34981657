import { type AudioFormatName, audioFormats, encodeSamples } from '../audio/node/index.ts';
import { spokenQuestion } from '../audio/node/spoken-question.ts';
import type { Line } from './line.ts';

/** Longest stretch of sound in one append, in milliseconds. */
const pieceMs = 100;

/** The question, once it has been asked for. */
const questions = new Map<AudioFormatName, Uint8Array>();

/** A spoken question of about two seconds, in a format. */
export function speech(format: AudioFormatName = 'audio/pcm'): Uint8Array {
  const known = questions.get(format);
  if (known !== undefined) return known;
  const question = encodeSamples(spokenQuestion(audioFormats[format].sampleRate), format);
  questions.set(format, question);
  return question;
}

/** Silence of so many milliseconds. */
export function silence(ms: number, format: AudioFormatName = 'audio/pcm'): Uint8Array {
  return encodeSamples(new Int16Array((ms * audioFormats[format].sampleRate) / 1000), format);
}

/** Milliseconds that so many bytes of a format last. */
export function lengthMs(bytes: number, format: AudioFormatName = 'audio/pcm'): number {
  return (bytes * 1000) / perSecond(format);
}

function perSecond(format: AudioFormatName): number {
  return audioFormats[format].sampleRate * audioFormats[format].bytesPerSample;
}

/** Appends sound to the input buffer, in pieces. `type` is another in translation sessions. */
export function append(
  line: Line,
  sound: Uint8Array,
  { format = 'audio/pcm', type = 'input_audio_buffer.append' }: { format?: AudioFormatName; type?: string } = {},
): void {
  const size = (perSecond(format) * pieceMs) / 1000;
  for (let from = 0; from < sound.length; from += size) {
    line.send({ type, audio: Buffer.from(sound.subarray(from, from + size)).toString('base64') });
  }
}

/** The bytes that deltas of sound hold together. */
export function bytesOf(deltas: readonly string[]): number {
  return deltas.reduce((sum, delta) => sum + Buffer.byteLength(delta, 'base64'), 0);
}
