import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWav } from '../../src/audio/index.ts';

/** Samples per second of what microphones are made to hear. */
export const speechRate = 48_000;

/** A WAV file of sounds, and of silences in seconds, one after the other. */
export function speechFile(parts: readonly (Int16Array | number)[]): string {
  const file = join(mkdtempSync(join(tmpdir(), 'antiphon-speech-')), 'speech.wav');
  const sounds = parts.map((part) => (typeof part === 'number' ? new Int16Array(part * speechRate) : part));
  writeFileSync(file, writeWav(Int16Array.from(sounds.flatMap((sound) => [...sound])), { sampleRate: speechRate }));
  return file;
}
