import type { EndOfTurn, LanguageModel, Model, Synthesizer, Transcriber, Vad } from '../../engines/index.ts';
import { hasMethods, type Kind } from './module.ts';

/** What the modules of each place in a model must make. */
export const kinds = {
  vad: {
    name: 'voice activity detector',
    needs: 'a function of the sample rate that returns { windowSamples, probability, reset }',
    is: (value: unknown): value is Vad => typeof value === 'function',
  },
  endOfTurn: {
    name: 'end of turn',
    needs: 'a function of the eagerness and the words that returns milliseconds',
    is: (value: unknown): value is EndOfTurn => typeof value === 'function',
  },
  transcriber: {
    name: 'transcriber',
    needs: 'an object with the method transcribe',
    is: (value: unknown): value is Transcriber => hasMethods(value, 'transcribe'),
  },
  languageModel: {
    name: 'language model',
    needs: 'an object with the method answer',
    is: (value: unknown): value is LanguageModel => hasMethods(value, 'answer'),
  },
  synthesizer: {
    name: 'synthesizer',
    needs: 'an object with the method speak',
    is: (value: unknown): value is Synthesizer => hasMethods(value, 'speak'),
  },
  model: {
    name: 'speech-to-speech engine',
    needs: 'an object with the method open',
    is: (value: unknown): value is Model => hasMethods(value, 'open'),
  },
} as const satisfies Readonly<Record<string, Kind<unknown>>>;
