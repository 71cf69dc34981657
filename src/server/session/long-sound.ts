import type { Sound } from '../../engines/contract.ts';
import { soundPieces } from '../../engines/sound-pieces.ts';
import type { SpeechEncoder } from './speech-encoder.ts';

/** Sound that is brought to the output format in one go, in milliseconds: a few milliseconds' work. */
const longestSliceMs = 500;
/** The longest sound of one delta. */
const longestDeltaMs = 60_000;

/** Whether a sound is more than should be encoded in one go. */
export function isLong({ samples, sampleRate }: Sound): boolean {
  return samples.length > (sampleRate * longestSliceMs) / 1000;
}

/** Encodes a sound in slices: gives null between them, and bytes where a delta is whole, of a minute at most. */
export function* encodeAtLength(sound: Sound, encoder: SpeechEncoder): Generator<Uint8Array | null, void> {
  for (const stretch of soundPieces(sound, longestDeltaMs)) {
    const parts: Uint8Array[] = [];
    for (const slice of soundPieces(stretch, longestSliceMs)) {
      parts.push(encoder.encode(slice));
      yield null;
    }
    yield Buffer.concat(parts);
  }
}
