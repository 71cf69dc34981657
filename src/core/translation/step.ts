import { closeIfDone, cutShort, drain, dropSlowReader, end, exhaust, expire, finish } from './closing.ts';
import { mergeAudio } from './config.ts';
import { type Draft, emit, reject } from './draft.ts';
import type { TranslationEffect, TranslationTimer } from './effect.ts';
import type { TranslationControl, TranslationInput } from './input.ts';
import { translationMistakes } from './mistakes.ts';
import type { TranslationState } from './session.ts';
import { onTranslator } from './translating.ts';
import { append, hear } from './utterances.ts';

/**
 * A translation session, whole: one input in, the next state and what to do about it out. Pure, as the `step` of a
 * realtime session is, and much smaller: it knows no turns, items or responses.
 */
export function translationStep(
  session: TranslationState,
  input: TranslationInput,
): readonly [next: TranslationState, effects: readonly TranslationEffect[]] {
  if (session.phase === 'closed') return [session, []];
  const draft: Draft = { session, effects: [], cause: causeOf(input) };
  route(draft, input);
  closeIfDone(draft);
  return [draft.session, draft.effects];
}

function route(draft: Draft, input: TranslationInput): void {
  switch (input.from) {
    case 'server':
      return onServer(draft, input);
    case 'client':
      return onClient(draft, input.event);
    case 'microphone':
      return append(draft, input.audio);
    case 'refusal':
      return reject(draft, input.error);
    case 'vad':
      return hear(draft, input);
    case 'translator':
      return onTranslator(draft, input.utteranceId, input.output);
    case 'timer':
      return onTimer(draft, input.timer);
    case 'wire':
      return end(draft);
    default:
      return input satisfies never;
  }
}

function onServer(draft: Draft, input: Extract<TranslationInput, { from: 'server' }>): void {
  switch (input.say) {
    case 'open':
      return open(draft);
    case 'joined':
      return emit(draft, 'session.created', { session: draft.session.config });
    case 'drain':
      return drain(draft, input.graceMs);
    case 'slow_reader':
      return dropSlowReader(draft);
    case 'exhausted':
      return exhaust(draft);
    default:
      return input satisfies never;
  }
}

/** `session.created` is the first event of a session, and comes exactly once. */
function open(draft: Draft): void {
  const { config, rules } = draft.session;
  draft.effects.push({ do: 'arm', timer: 'expiry', afterMs: rules.maxAgeMs });
  emit(draft, 'session.created', { session: config });
}

function onClient(draft: Draft, event: TranslationControl): void {
  switch (event.type) {
    case 'session.close':
      return finish(draft);
    case 'session.update': {
      if (draft.session.phase === 'finishing') return reject(draft, translationMistakes.finishing());
      const { model = draft.session.config.model } = event.session;
      if (model !== draft.session.config.model) return reject(draft, translationMistakes.modelFixed());
      const config = mergeAudio(draft.session.config, event.session.audio ?? {});
      draft.session = { ...draft.session, config };
      return emit(draft, 'session.updated', { session: config });
    }
    default:
      return event satisfies never;
  }
}

function onTimer(draft: Draft, timer: TranslationTimer): void {
  switch (timer) {
    case 'expiry':
      return expire(draft);
    case 'drain':
      return cutShort(draft);
    default:
      return timer satisfies never;
  }
}

function causeOf(input: TranslationInput): string | null {
  if (input.from === 'client') return input.event.event_id ?? null;
  return input.from === 'microphone' ? input.eventId : null;
}
