import type { ApiError, TranslationServerEventMap } from '../../protocol/types.ts';
import { idAt } from '../ids.ts';
import type { TranslationEffect } from './effect.ts';
import type { TranslationState } from './session.ts';

type EventName = keyof TranslationServerEventMap;

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

/** Sends an event under a fresh event id; keys go out in the order of `fields`. */
export function emit<Name extends EventName>(
  draft: Draft,
  type: Name,
  fields: Omit<TranslationServerEventMap[Name], 'type' | 'event_id'>,
): void {
  // The signature has checked it: the compiler cannot put a generic event together again.
  const event = { type, event_id: mintEventId(draft), ...fields } as unknown as TranslationServerEventMap[Name];
  draft.effects.push({ do: 'emit', event });
}

/** Answers the client's event with an error; the session goes on. */
export function reject(draft: Draft, error: ApiError): void {
  emit(draft, 'error', { error: { ...error, event_id: error.event_id ?? draft.cause } });
}
