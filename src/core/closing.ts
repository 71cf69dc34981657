import type { ApiError } from '../protocol/types.ts';
import { drainCloseCode, drainGraceMs, exhaustedCloseCode, expiryCloseCode, slowReaderCloseCode } from './defaults.ts';
import { announceError, arm, type Draft, disarm } from './draft.ts';
import { mistakes } from './mistakes.ts';
import { isPlaying } from './playback/state.ts';
import { stopPreempting } from './response/preemptive.ts';
import type { Session } from './session.ts';
import { dropSpeech } from './transcription/streaming.ts';

/** Ends the session at its allowed age: the error that says so, then the close (behaviour §1.4). */
export function expire(draft: Draft): void {
  const error = mistakes.expired(Math.round(draft.session.rules.maxAgeMs / 60_000));
  announceError(draft, error);
  close(draft, expiryCloseCode, `${error.type}.${error.code}`);
}

/** The server goes down: no new responses; the session closes when the running ones have ended and were heard, or after a grace time. */
export function drain(draft: Draft, graceMs = drainGraceMs): void {
  const { phase } = draft.session;
  if (phase === 'draining') return;
  if (phase === 'open') draft.session = { ...draft.session, phase: 'draining', owedResponse: null };
  arm(draft, 'drain', graceMs);
  closeIfDrained(draft);
}

/** What the key may spend is used up: no new responses; the session closes when the running ones have ended and were heard. */
export function exhaust(draft: Draft): void {
  if (draft.session.phase === 'open') draft.session = { ...draft.session, phase: 'exhausted', owedResponse: null };
  closeIfDrained(draft);
}

/** Why the session takes no new work; null while it does. */
export function whyNoWork({ phase }: Pick<Session, 'phase'>): ApiError | null {
  if (phase === 'open') return null;
  return phase === 'exhausted' ? mistakes.quotaUsedUp() : mistakes.draining();
}

export function closeIfDrained(draft: Draft): void {
  const { phase, responses, playback } = draft.session;
  const error = whyNoWork(draft.session);
  if (error === null || phase === 'closed' || responses.length > 0) return;
  if (playback !== null && isPlaying(playback)) return;
  announceError(draft, error);
  close(draft, phase === 'exhausted' ? exhaustedCloseCode : drainCloseCode, `${error.type}.${error.code}`);
}

/** The client does not keep up with what it asked for (contract: refusals). */
export function dropSlowReader(draft: Draft): void {
  const error = mistakes.slowReader();
  announceError(draft, error);
  close(draft, slowReaderCloseCode, `${error.type}.${error.code}`);
}

/** Nothing is sent after this; what still runs is stopped. */
export function close(draft: Draft, code: number, reason: string): void {
  end(draft);
  draft.effects.push({ do: 'close', code, reason });
}

/** The session is over, whoever ended it: every piece of work under way is stopped (behaviour §9 no. 26). */
export function end(draft: Draft): void {
  for (const { id } of draft.session.responses) draft.effects.push({ do: 'abort', responseId: id });
  dropSpeech(draft);
  stopPreempting(draft);
  for (const timer of ['expiry', 'idle', 'drain'] as const) disarm(draft, timer);
  draft.session = { ...draft.session, phase: 'closed', responses: [], owedResponse: null };
}
