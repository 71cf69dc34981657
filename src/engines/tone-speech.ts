import { tone, toneMsPerCharacter } from '../audio/node/index.ts';
import type { Sound } from './contract.ts';

/**
 * A text as a tone of 60 ms a character, spaces included. The same text gives the same samples, and since 60 ms hold
 * whole periods of the tone, the tones of texts that follow one another join without a break.
 */
export function toneSpeech(text: string, sampleRate: number): Sound {
  return { samples: tone({ sampleRate, ms: toneMsPerCharacter * Array.from(text).length }), sampleRate };
}
