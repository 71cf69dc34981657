import { drainCloseCode, drainGraceMs, expiryCloseCode, slowReaderCloseCode } from './defaults.ts';
import { announceError, arm, type Draft, disarm } from './draft.ts';
import { mistakes } from './mistakes.ts';
import { isPlaying } from './playback/state.ts';
import { stopPreempting } from './response/preemptive.ts';
import { dropSpeech } from './transcription/streaming.ts';

/** Ends the session at its allowed age: the error that says so, then the close (behaviour §1.4). */
export function expire(draft: Draft): void {
  const error = mistakes.expired(Math.round(draft.session.rules.maxAgeMs / 60_000));
  announceError(draft, error);
  close(draft, expiryCloseCode, `${error.type}.${error.code}`);
}

/** The server goes down: no new responses; the session closes when the running ones have ended and were heard, or after a grace time. */
export function drain(draft: Draft): void {
  if (draft.session.phase !== 'open') return;
  draft.session = { ...draft.session, phase: 'draining', owedResponse: null };
  arm(draft, 'drain', drainGraceMs);
  closeIfDrained(draft);
}

export function closeIfDrained(draft: Draft): void {
  const { phase, responses, playback } = draft.session;
  if (phase !== 'draining' || responses.length > 0) return;
  if (playback !== null && isPlaying(playback)) return;
  const error = mistakes.draining();
  announceError(draft, error);
  close(draft, drainCloseCode, `${error.type}.${error.code}`);
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
