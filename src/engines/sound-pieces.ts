import type { Sound } from './contract.ts';

/** The longest piece of sound that an engine gives: an interruption comes at most this late. */
const longestPieceMs = 100;

/** A sound in pieces of at most so many milliseconds, by default 100. */
export function* soundPieces({ samples, sampleRate }: Sound, mostMs = longestPieceMs): Generator<Sound, void> {
  const length = Math.max(1, Math.floor((sampleRate * mostMs) / 1000));
  for (let from = 0; from < samples.length; from += length) {
    yield { samples: samples.subarray(from, from + length), sampleRate };
  }
}
