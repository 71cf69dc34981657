import type { TranslationSessionUpdate } from '../../protocol/types.ts';
import { defaultLanguage, defaultNoiseReductionStrength } from './defaults.ts';
import type { FullNoiseReduction, TranslationConfig } from './session.ts';

/** What may be set of a translation's audio, by `session.update` and by the request that makes a client secret. */
export type TranslationAudio = NonNullable<TranslationSessionUpdate['audio']>;

/** What names a translation session when it opens. */
export interface TranslationIdentity {
  readonly id: string;
  readonly model: string;
  /** Unix seconds. */
  readonly expiresAt: number;
}

/** The configuration of a session that starts from `audio`: its defaults where that says nothing. */
export function translationConfig(identity: TranslationIdentity, audio: TranslationAudio = {}): TranslationConfig {
  const config: TranslationConfig = {
    type: 'translation',
    id: identity.id,
    model: identity.model,
    audio: { input: { transcription: null, noise_reduction: null }, output: { language: defaultLanguage } },
    expires_at: identity.expiresAt,
  };
  return mergeAudio(config, audio);
}

/** The configuration after an update: only fields present change, null clears (behaviour §5.3). */
export function mergeAudio(config: TranslationConfig, update: TranslationAudio): TranslationConfig {
  const held = config.audio;
  const { transcription, noise_reduction } = update.input ?? {};
  return {
    ...config,
    audio: {
      input: {
        transcription: transcription === undefined ? held.input.transcription : transcription,
        noise_reduction:
          noise_reduction === undefined
            ? held.input.noise_reduction
            : noise_reduction && fullNoiseReduction(held.input.noise_reduction, noise_reduction),
      },
      output: { language: update.output?.language ?? held.output.language },
    },
  };
}

type GivenNoiseReduction = NonNullable<NonNullable<TranslationAudio['input']>['noise_reduction']>;

/** An update without `strength` keeps the strength that holds. */
function fullNoiseReduction(held: FullNoiseReduction | null, given: GivenNoiseReduction): FullNoiseReduction {
  return { strength: held?.strength ?? defaultNoiseReductionStrength, ...given };
}
