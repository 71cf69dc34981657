import { espeakHint, espeakInstalled } from '../../engines/espeak.ts';
import { isModule } from '../config/engine-entry.ts';
import type { PipelineEntry } from '../config/model-entry.ts';

/** The engines of a pipeline's entry. */
export type Engines = Pick<PipelineEntry, 'transcriber' | 'language_model' | 'synthesizer'>;

/**
 * That a pipeline understands nothing that is spoken, as the end of a line, with what to do; null where it does, or where
 * only a module of the user's knows.
 */
export function deafness({ transcriber, language_model: languageModel }: Engines): string | null {
  const isNone = transcriber === 'none' || (!isModule(transcriber) && transcriber.engine === 'none');
  if (!isNone || isModule(languageModel) || languageModel.hears === true) return null;
  return (
    'understands nothing that is spoken: with transcriber none the language model reads "[inaudible]". ' +
    'Start Speaches on port 8000 or whisper.cpp on port 8081 and name it as the transcriber, ' +
    'or set hears: true where the language model takes sound'
  );
}

/** That a pipeline has no voice, likewise. */
export function muteness({ synthesizer }: Engines): string | null {
  if (
    isModule(synthesizer) ||
    (synthesizer !== 'tone' && (typeof synthesizer === 'string' || synthesizer.engine !== 'tone'))
  )
    return null;
  const voice = espeakInstalled()
    ? 'Write espeak as the synthesizer'
    : `For a voice install espeak-ng (${espeakHint}) and write espeak as the synthesizer`;
  return `answers in tones instead of speech. ${voice}, or name a server that speaks, such as Kokoro on port 8880`;
}

/** All that a pipeline can't do, of what people expect of it. */
export function lacksOf(engines: Engines): readonly string[] {
  return [deafness(engines), muteness(engines)].filter((lack) => lack !== null);
}
