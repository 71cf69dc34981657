import type { ApiError, ServerEventMap } from '../protocol/types.ts';
import { isInUse } from './conversation/item-list.ts';
import type { Effect } from './effect.ts';
import { digits, type IdKind, idAt } from './ids.ts';
import type { EndOfTurn } from './input-audio/end-of-turn.ts';
import type { Allowance } from './response/allowance.ts';
import type { Session, Timer } from './session.ts';

type EventName = keyof ServerEventMap;

/**
 * One step in the making: regions replace slices of `session` and append effects. It lives for one `step` only; from
 * outside, a step is a pure function.
 */
export interface Draft {
  session: Session;
  readonly effects: Effect[];
  /** The input's time, Unix milliseconds. */
  readonly at: number;
  /** The `event_id` of the client event being answered, echoed by errors. */
  readonly cause: string | null;
  /** What may still be started with the input; null where nothing bounds it. */
  allowance: Allowance | null;
  /** When a turn is over under semantic_vad. */
  readonly endOfTurn: EndOfTurn;
}

/**
 * Takes the next id of a kind. A client that replays a history may have given its items ids that this session would mint
 * too (the same seed mints the same ids in every session): those are passed over.
 */
export function mint(draft: Draft, kind: IdKind): string {
  for (;;) {
    const { ids } = draft.session;
    const count = ids.minted[kind];
    draft.session = { ...draft.session, ids: { ...ids, minted: { ...ids.minted, [kind]: count + 1 } } };
    const id = idAt(ids, kind, count);
    if ((kind !== 'item' && kind !== 'call') || !isInUse(draft.session.conversation.items, id)) return id;
  }
}

/** Padding that brings a delta to a multiple of 16 characters, so that its length tells less of its text (behaviour §4.8). */
export function obfuscation(draft: Draft, delta: string): string {
  const { ids } = draft.session;
  return digits(ids, 'obfuscation', ids.minted.event, 16 - (delta.length % 16));
}

/** Sends an event under a fresh event id; keys go out in the order of `fields`. */
export function emit<Name extends EventName>(
  draft: Draft,
  type: Name,
  fields: Omit<ServerEventMap[Name], 'type' | 'event_id'>,
): void {
  draft.effects.push({ do: 'emit', event: eventOf(draft, type, fields) });
}

/** An event under a fresh event id. */
export function eventOf<Name extends EventName>(
  draft: Draft,
  type: Name,
  fields: Omit<ServerEventMap[Name], 'type' | 'event_id'>,
): ServerEventMap[Name] {
  // The signature has checked it: the compiler cannot put a generic event together again. Assigned, which costs a delta
  // less than spreading.
  return Object.assign({ type, event_id: mint(draft, 'event') }, fields) as unknown as ServerEventMap[Name];
}

/** Sets a timer, or sets it anew. */
export function arm(draft: Draft, timer: Timer, afterMs: number): void {
  draft.session = { ...draft.session, timers: { ...draft.session.timers, [timer]: draft.at + afterMs } };
  draft.effects.push({ do: 'arm', timer, afterMs });
}

export function disarm(draft: Draft, timer: Timer): void {
  forgetTimer(draft, timer);
  draft.effects.push({ do: 'disarm', timer });
}

/** The timer no longer runs: it was stopped, or has fired. */
export function forgetTimer(draft: Draft, timer: Timer): void {
  const { [timer]: due, ...timers } = draft.session.timers;
  if (due !== undefined) draft.session = { ...draft.session, timers };
}

/** Tells of an error that answers nobody: why the session ends. */
export function announceError(draft: Draft, error: ApiError): void {
  emit(draft, 'error', { error });
}

/** Answers the client's event with an error; the session goes on. */
export function reject(draft: Draft, error: ApiError): void {
  emit(draft, 'error', { error: { ...error, event_id: error.event_id ?? draft.cause } });
}
