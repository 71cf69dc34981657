import type { Sound } from '../contract.ts';

/** All pieces of a speech joined; null if there was no sound. */
export async function spokenWhole(pieces: AsyncIterable<Sound>): Promise<Sound | null> {
  const parts: Sound[] = [];
  for await (const part of pieces) parts.push(part);
  const [first] = parts;
  if (first === undefined) return null;
  const samples = new Int16Array(parts.reduce((sum, part) => sum + part.samples.length, 0));
  let at = 0;
  for (const part of parts) {
    samples.set(part.samples, at);
    at += part.samples.length;
  }
  return { samples, sampleRate: first.sampleRate };
}

/** Cuts a sound into one part for each text, in proportion to the characters; joined, the parts are the sound again. */
export function shareOut({ samples, sampleRate }: Sound, texts: readonly string[]): Sound[] {
  const lengths = texts.map((text) => Array.from(text).length);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  let characters = 0;
  return lengths.map((length) => {
    const from = Math.round((samples.length * characters) / total);
    characters += length;
    return { samples: samples.subarray(from, Math.round((samples.length * characters) / total)), sampleRate };
  });
}
