import type { TranslationEffect } from '../../../core/translation/effect.ts';
import type { TranslationInput } from '../../../core/translation/input.ts';
import type { Moment } from './moment.ts';

/** What the utterance under way has told the client so far. */
export interface Translating {
  readonly heard: string;
  readonly said: string;
}

/** No utterance is under way. */
export const silentTranslation: Translating = { heard: '', said: '' };

/** What a step of a translation session has told. */
export interface TranslationObservation {
  readonly translating: Translating;
  readonly moments: readonly Moment[];
}

const nothing: readonly Moment[] = [];

/** Derives what an operator may want to know from one step of a translation session. Pure. */
export function observeTranslation(
  translating: Translating,
  input: TranslationInput,
  effects: readonly TranslationEffect[],
): TranslationObservation {
  if (input.from !== 'translator' && !effects.some((effect) => effect.do === 'emit')) {
    return { translating, moments: nothing };
  }
  const { at } = input;
  const moments: Moment[] = [];
  let { heard, said } = translating;
  for (const effect of effects) {
    if (effect.do !== 'emit') continue;
    const { event } = effect;
    if (event.type === 'error') moments.push({ is: 'error', at, code: event.error.code ?? null });
    if (event.type === 'session.input_transcript.delta') heard += event.delta;
    if (event.type === 'session.output_transcript.delta') said += event.delta;
  }
  const isOver = input.from === 'translator' && (input.output.type === 'end' || input.output.type === 'failed');
  if (!isOver) return { translating: { heard, said }, moments };
  if (heard !== '' || said !== '') moments.push({ is: 'translated', at, heard, said });
  return { translating: silentTranslation, moments };
}
