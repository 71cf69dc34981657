import { arm, type Draft, emit } from './draft.ts';
import { forgetSpareByte } from './input-audio/buffer.ts';
import { dropTurn } from './input-audio/turn.ts';
import { onListFailed } from './mcp/listing.ts';
import { clearPlayback } from './playback/playback.ts';
import { failResponse } from './response/end.ts';
import { stopPreempting } from './response/preemptive.ts';
import type { Timer } from './session.ts';
import { failPending } from './transcription/transcription.ts';

/** Why what was under way has ended. */
const recovered = {
  code: 'session_recovered',
  message: 'The session was taken up again on another server; what was under way there has ended.',
};

/**
 * Takes the session up where it was written down. The client is greeted; then what was under way is ended by name, since
 * the models, transcribers and servers that worked on it are gone. Timers go on to the moments at which they were due.
 */
export function resume(draft: Draft): void {
  emit(draft, 'session.created', { session: draft.session.config });
  rearm(draft);
  draft.session = { ...draft.session, owedResponse: null };
  stopPreempting(draft);
  dropTurn(draft);
  forgetSpareByte(draft);
  failPending(draft, recovered.code, recovered.message);
  for (const { access, listing } of draft.session.mcp.servers) {
    if (listing.phase === 'running') onListFailed(draft, access.id);
  }
  clearPlayback(draft);
  // Last, since a session that drains closes with its last response.
  for (const response of draft.session.responses) failResponse(draft, response, recovered);
}

const timers: readonly Timer[] = ['expiry', 'idle', 'drain'];

/** What was due meanwhile fires at once. */
function rearm(draft: Draft): void {
  for (const timer of timers) {
    const due = draft.session.timers[timer];
    if (due !== undefined) arm(draft, timer, Math.max(0, due - draft.at));
  }
}
