import type { ApiError } from '../../protocol/types.ts';
import { drainCloseCode, drainGraceMs, exhaustedCloseCode, expiryCloseCode, slowReaderCloseCode } from '../defaults.ts';
import { mistakes } from '../mistakes.ts';
import { finishedCloseCode } from './defaults.ts';
import { type Draft, emit, reject } from './draft.ts';
import { translationMistakes } from './mistakes.ts';
import { flush } from './utterances.ts';

/** `session.close`: what was said is translated to its end, then the session is over (behaviour §5.3). */
export function finish(draft: Draft): void {
  if (draft.session.phase === 'finishing') return reject(draft, translationMistakes.finishing());
  flush(draft, true);
  draft.session = { ...draft.session, phase: 'finishing' };
}

/** The server goes down: nothing more is heard, what was said is still translated, for as long as the grace lasts. */
export function drain(draft: Draft, graceMs = drainGraceMs): void {
  const { phase } = draft.session;
  if (phase === 'draining') return;
  if (phase === 'open') {
    flush(draft, false);
    draft.session = { ...draft.session, phase: 'draining' };
  }
  draft.effects.push({ do: 'arm', timer: 'drain', afterMs: graceMs });
}

/** The grace is over. */
export function cutShort(draft: Draft): void {
  fail(draft, mistakes.draining(), drainCloseCode);
}

/** Ends a session on its way out once nothing is left to translate. */
export function closeIfDone(draft: Draft): void {
  const { phase, utterances } = draft.session;
  if (utterances.length > 0) return;
  if (phase === 'draining') return fail(draft, mistakes.draining(), drainCloseCode);
  if (phase !== 'finishing') return;
  emit(draft, 'session.closed', {});
  close(draft, finishedCloseCode, 'session.closed');
}

/** Ends the session at its allowed age: the error that says so, then the close (behaviour §1.4). */
export function expire(draft: Draft): void {
  const error = mistakes.expired(Math.round(draft.session.rules.maxAgeMs / 60_000));
  reject(draft, error);
  close(draft, expiryCloseCode, `${error.type}.${error.code}`);
}

/** The client does not keep up with what it asked for (contract: refusals). */
export function dropSlowReader(draft: Draft): void {
  fail(draft, mistakes.slowReader(), slowReaderCloseCode);
}

/** What the key may spend is used up: time costs as long as it goes on, so that nothing is finished first. */
export function exhaust(draft: Draft): void {
  fail(draft, mistakes.quotaUsedUp(), exhaustedCloseCode);
}

/** The session is over, whoever ended it: all work under way is stopped. */
export function end(draft: Draft): void {
  const [translating] = draft.session.utterances;
  if (translating !== undefined) draft.effects.push({ do: 'abort', utteranceId: translating.id });
  for (const timer of ['expiry', 'drain'] as const) draft.effects.push({ do: 'disarm', timer });
  draft.session = { ...draft.session, phase: 'closed', utterances: [] };
}

function fail(draft: Draft, error: ApiError, code: number): void {
  reject(draft, error);
  close(draft, code, `${error.type}.${error.code}`);
}

function close(draft: Draft, code: number, reason: string): void {
  end(draft);
  draft.effects.push({ do: 'close', code, reason });
}
