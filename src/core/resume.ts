import { retellItems } from './conversation/retell.ts';
import { arm, type Draft, emit } from './draft.ts';
import { reseeded } from './ids.ts';
import type { Input } from './input.ts';
import { forgetSpareByte } from './input-audio/buffer.ts';
import { dropTurn } from './input-audio/turn.ts';
import { onListFailed } from './mcp/listing.ts';
import { clearPlayback } from './playback/playback.ts';
import { nothingPlayed } from './playback/state.ts';
import { failResponse } from './response/end.ts';
import { stopPreempting } from './response/preemptive.ts';
import type { Timer } from './session.ts';
import { failPending } from './transcription/transcription.ts';

/** Why what was under way has ended. */
const recovered = {
  code: 'session_recovered',
  message: 'The session was taken up again on another server; what was under way there has ended.',
};

type Resumed = Extract<Input, { say: 'resumed' }>;
type Returned = Extract<Input, { say: 'returned' }>;

/**
 * Takes the session up where it was written down. The client is greeted; then what was under way is ended by name, since
 * the models, transcribers and servers that worked on it are gone. Timers go on to the moments at which they were due.
 * `reseed`: more may have been told than was written down, so ids are made that cannot have been told yet.
 */
export function resume(draft: Draft, { reseed, hasMedia, ...met }: Resumed): void {
  if (reseed !== undefined) draft.session = { ...draft.session, ids: reseeded(draft.session.ids, reseed) };
  rearm(draft);
  greetAgain(draft, { ...met, say: 'returned' });
  draft.session = { ...draft.session, owedResponse: null };
  stopPreempting(draft);
  dropTurn(draft);
  forgetSpareByte(draft);
  forgetUncommitted(draft);
  failPending(draft, recovered.code, recovered.message);
  for (const { access, listing } of draft.session.mcp.servers) {
    if (listing.phase === 'running') onListFailed(draft, access.id);
  }
  clearPlayback(draft);
  // Last, since a session that drains closes with its last response.
  for (const response of draft.session.responses) failResponse(draft, response, recovered);
  if (hasMedia !== undefined) playBy(draft, hasMedia);
}

/** From now on the server plays the sound of responses, or clients do. */
function playBy(draft: Draft, isServer: boolean): void {
  const { playback } = draft.session;
  draft.session = { ...draft.session, playback: isServer ? (playback ?? nothingPlayed) : null };
}

/** The session's own client is back: it is greeted with the session as it is now, and told of its items where it asks. */
export function greetAgain(draft: Draft, { retells = false, renews = false }: Returned): void {
  if (renews) renew(draft);
  emit(draft, 'session.created', { session: draft.session.config });
  if (retells) retellItems(draft);
}

/** The session's age counts from now. */
function renew(draft: Draft): void {
  const { config, rules } = draft.session;
  const expires_at = Math.floor((draft.at + rules.maxAgeMs) / 1000);
  draft.session = { ...draft.session, config: { ...config, expires_at } };
  arm(draft, 'expiry', rules.maxAgeMs);
}

/** Sound that is in no item is not written down: the audio clock goes on from where that began. */
function forgetUncommitted(draft: Draft): void {
  const { buffer } = draft.session;
  const { startTick, turnsFromTick } = buffer;
  draft.session = {
    ...draft.session,
    buffer: { ...buffer, endTick: startTick, turnsFromTick: Math.min(turnsFromTick, startTick) },
  };
  draft.effects.push({ do: 'begin-input', atTick: startTick });
}

const timers: readonly Timer[] = ['expiry', 'idle', 'drain'];

/** What was due meanwhile fires at once. */
function rearm(draft: Draft): void {
  for (const timer of timers) {
    const due = draft.session.timers[timer];
    if (due !== undefined) arm(draft, timer, Math.max(0, due - draft.at));
  }
}
