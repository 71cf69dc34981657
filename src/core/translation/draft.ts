import { TranslationServerEvent } from '../../protocol/events/index.ts';
import type { ApiError, TranslationServerEventMap } from '../../protocol/types.ts';
import { idAt } from '../ids.ts';
import type { TranslationEffect } from './effect.ts';
import type { TranslationState } from './session.ts';

type AnyServerEvent = TranslationServerEventMap[keyof TranslationServerEventMap];

/** One step in the making: regions replace slices of `session` and append effects. It lives for one `step` only. */
export interface Draft {
  session: TranslationState;
  readonly effects: TranslationEffect[];
  /** The `event_id` of the client event being answered, echoed by errors. */
  readonly cause: string | null;
}

/** Takes the next event id. */
export function mintEventId(draft: Draft): string {
  const { ids } = draft.session;
  const count = ids.minted.event;
  draft.session = { ...draft.session, ids: { ...ids, minted: { ...ids.minted, event: count + 1 } } };
  return idAt(ids, 'event', count);
}

/** Sends the event that `build` makes of a fresh event id. */
export function emit(draft: Draft, build: (eventId: string) => AnyServerEvent): void {
  draft.effects.push({ do: 'emit', event: build(mintEventId(draft)) });
}

/** Answers the client's event with an error; the session goes on. */
export function reject(draft: Draft, error: ApiError): void {
  const told = { ...error, event_id: error.event_id ?? draft.cause };
  emit(draft, (eventId) => TranslationServerEvent.errorEvent(eventId, told));
}
