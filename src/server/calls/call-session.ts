import { mistakes } from '../../core/mistakes.ts';
import type { ApiError, RealtimeSession, Session as SessionUpdate } from '../../protocol/types.ts';

export type Layered =
  | { readonly ok: true; readonly session: SessionUpdate | null }
  | { readonly ok: false; readonly error: ApiError };

/**
 * What a session begins with: what the client secret has settled, and over it what comes with the call, as if it were
 * the first update. Null where there is neither.
 */
export function layered(bound: SessionUpdate | null, given: RealtimeSession | null): Layered {
  if (bound === null || given === null) return { ok: true, session: given ?? bound };
  if (bound.type !== 'realtime') return { ok: false, error: mistakes.typeSwitch(bound.type, given.type) };
  const input = { ...bound.audio?.input, ...given.audio?.input };
  const output = { ...bound.audio?.output, ...given.audio?.output };
  return { ok: true, session: { ...bound, ...given, audio: { input, output } } };
}
