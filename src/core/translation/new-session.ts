import { idSource } from '../ids.ts';
import { type TranslationAudio, translationConfig } from './config.ts';
import type { TranslationRules, TranslationState } from './session.ts';

/** What a translation session is opened with. */
export interface TranslationOpening {
  /** The session's id: not of the seed, so that no two sessions ever share one. */
  readonly id: string;
  readonly rules: TranslationRules;
  /** One number for reproducible ids, or four random 32-bit words. */
  readonly seed: number | readonly [number, number, number, number];
  readonly model: string;
  /** Where the configuration starts from, such as a client secret's. Default: nothing set. */
  readonly audio?: TranslationAudio;
  /** Unix milliseconds. */
  readonly at: number;
}

/** A session before its first input, which is `{ from: 'server', say: 'open' }`. */
export function newTranslation({ id, rules, seed, model, audio, at }: TranslationOpening): TranslationState {
  const expiresAt = Math.floor((at + rules.maxAgeMs) / 1000);
  return {
    rules,
    ids: idSource(seed),
    phase: 'open',
    config: translationConfig({ id, model, expiresAt }, audio),
    input: { startTick: 0, endTick: 0, spareBytes: 0 },
    speech: { phase: 'quiet', onsetTick: null },
    hasHeard: false,
    uttered: 0,
    utterances: [],
  };
}
