import { bytesToTicks, ticksPerMs } from '../../../core/audio-clock.ts';
import type { Effect } from '../../../core/effect.ts';
import type { Input } from '../../../core/input.ts';
import type { Session } from '../../../core/session.ts';
import type { TranslationEffect } from '../../../core/translation/effect.ts';
import type { TranslationInput } from '../../../core/translation/input.ts';
import type { TranslationState } from '../../../core/translation/session.ts';
import { translationStep } from '../../../core/translation/step.ts';
import type { StepOf } from '../../session/runner.ts';
import { observe } from './observe.ts';
import { observeTranslation, silentTranslation, type Translating } from './observe-translation.ts';
import { blindWatch, type SessionWatch } from './observer.ts';
import { emptyTimeline, type Timeline } from './timeline.ts';

/** The step of a realtime or transcription session that tells a watch of what it sees. The step itself is the same. */
export function watchedStep(watch: SessionWatch, step: StepOf<Session, Input, Effect>): StepOf<Session, Input, Effect> {
  if (watch === blindWatch) return step;
  let timeline: Timeline = emptyTimeline;
  return (before, input) => {
    const done = step(before, input);
    const [after, effects] = done;
    for (const effect of effects) tellSound(watch, effect);
    const seen = observe(timeline, { before, input, after, effects });
    timeline = seen.timeline;
    for (const moment of seen.moments) watch.moment(moment);
    return done;
  };
}

/** The same for a translation session. */
export function watchedTranslation(watch: SessionWatch): StepOf<TranslationState, TranslationInput, TranslationEffect> {
  if (watch === blindWatch) return translationStep;
  let translating: Translating = silentTranslation;
  return (before, input) => {
    const done = translationStep(before, input);
    const [, effects] = done;
    for (const effect of effects) tellTranslatedSound(watch, effect);
    const seen = observeTranslation(translating, input, effects);
    translating = seen.translating;
    for (const moment of seen.moments) watch.moment(moment);
    return done;
  };
}

function tellSound(watch: SessionWatch, effect: Effect): void {
  if (effect.do === 'store-input') watch.heard(bytesToTicks(effect.audio.byteLength, effect.format) / ticksPerMs);
  else if (effect.do === 'emit-audio') watch.spoke(bytesToTicks(effect.audio.byteLength, effect.format) / ticksPerMs);
}

function tellTranslatedSound(watch: SessionWatch, effect: TranslationEffect): void {
  if (effect.do === 'store-input') watch.heard(bytesToTicks(effect.audio.byteLength, 'audio/pcm') / ticksPerMs);
  else if (effect.do === 'emit-audio') watch.spoke(bytesToTicks(effect.audio.byteLength, 'audio/pcm') / ticksPerMs);
}
