import { tone, toneMsPerCharacter } from '../audio/node/index.ts';
import type { Sound } from './contract.ts';

/** Says a text as a tone of 60 ms a character, spaces included. */
export type ToneSpeech = (text: string) => Sound;

/** The tones of one response: each goes on in phase where the one before it ended. The same texts, the same samples. */
export function toneSpeech(sampleRate: number): ToneSpeech {
  let startSample = 0;
  return (text) => {
    const samples = tone({ sampleRate, ms: toneMsPerCharacter * Array.from(text).length, startSample });
    startSample += samples.length;
    return { samples, sampleRate };
  };
}
