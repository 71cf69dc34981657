import { tone, toneMsPerCharacter } from '../audio/node/index.ts';
import type { Sound } from './contract.ts';

/**
 * A text as a tone of 60 ms a character, spaces included. The same text gives the same samples, and since 60 ms hold
 * whole periods of the tone, the tones of texts that follow one another join without a break.
 */
export function toneSpeech(text: string, sampleRate: number): Sound {
  return toneOf(Array.from(text).length, sampleRate);
}

/** Characters whose tone is made in one go: a minute of it. */
const mostCharacters = 1000;

/** The tone of a text, in sounds of at most a minute. */
export function* tonesOf(text: string, sampleRate: number): Generator<Sound, void> {
  let left = Array.from(text).length;
  for (; left > mostCharacters; left -= mostCharacters) yield toneOf(mostCharacters, sampleRate);
  if (left > 0) yield toneOf(left, sampleRate);
}

function toneOf(characters: number, sampleRate: number): Sound {
  return { samples: tone({ sampleRate, ms: toneMsPerCharacter * characters }), sampleRate };
}
