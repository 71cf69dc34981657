import { idAt, idSource } from '../ids.ts';
import { type TranslationAudio, translationConfig } from './config.ts';
import type { TranslationRules, TranslationState } from './session.ts';

/** What a translation session is opened with. */
export interface TranslationOpening {
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
export function newTranslation({ rules, seed, model, audio, at }: TranslationOpening): TranslationState {
  const source = idSource(seed);
  const expiresAt = Math.floor((at + rules.maxAgeMs) / 1000);
  return {
    rules,
    ids: { ...source, minted: { ...source.minted, sess: 1 } },
    phase: 'open',
    config: translationConfig({ id: idAt(source, 'sess', 0), model, expiresAt }, audio),
    input: { startTick: 0, endTick: 0, spareBytes: 0 },
    speech: { phase: 'quiet', onsetTick: null },
    hasHeard: false,
    uttered: 0,
    utterances: [],
  };
}
