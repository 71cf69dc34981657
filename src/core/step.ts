import type { Tool } from '../protocol/types.ts';
import { closeIfDrained, drain, dropSlowReader, end, exhaust, expire } from './closing.ts';
import { hasRoom } from './conversation/room.ts';
import { arm, type Draft, emit, forgetTimer, reject } from './draft.ts';
import type { Effect } from './effect.ts';
import type { Input } from './input.ts';
import { append } from './input-audio/buffer.ts';
import { bySilence, type EndOfTurn } from './input-audio/end-of-turn.ts';
import { onKey } from './input-audio/keypad.ts';
import { appendOfTrack } from './input-audio/track.ts';
import { hear, idleTimeout } from './input-audio/turn.ts';
import { adopt, listingRoom, onListed, onListFailed } from './mcp/listing.ts';
import { readTools } from './mcp/read-tools.ts';
import { mistakes } from './mistakes.ts';
import { onClient } from './on-client.ts';
import { clearPlayback, onPlayed } from './playback/playback.ts';
import { cancel, endForRoom } from './response/end.ts';
import { onCalled } from './response/mcp-call.ts';
import { onModel } from './response/output.ts';
import { reviewPreemption } from './response/preemptive.ts';
import { startApprovedCalls, startOwedResponse } from './response/start.ts';
import { greetAgain, resume } from './resume.ts';
import type { Session, Timer } from './session.ts';
import { onTranscriber } from './transcription/transcription.ts';

export type Step = readonly [next: Session, effects: readonly Effect[]];

/**
 * The session, whole: one input in, the next state and what to do about it out. Pure: the same inputs give the same
 * states and effects, always. Effects are carried out in order before the next input is taken. `endOfTurn` decides when a
 * turn is over under semantic_vad, by default by its silence and words.
 */
export function step(session: Session, input: Input, endOfTurn: EndOfTurn = bySilence): Step {
  if (session.phase === 'closed') return [session, []];
  const { at, allowance = null } = input;
  const draft: Draft = { session, effects: [], at, cause: causeOf(input), allowance, endOfTurn };
  route(draft, input);
  startApprovedCalls(draft);
  startOwedResponse(draft);
  reviewPreemption(draft, session);
  return [draft.session, draft.effects];
}

function route(draft: Draft, input: Input): void {
  switch (input.from) {
    case 'server':
      return onServer(draft, input);
    case 'client':
      return onClient(draft, input.event, input);
    case 'microphone':
      return draft.session.playback === null ? append(draft, input.audio) : appendOfTrack(draft, input.audio);
    case 'refusal':
      return reject(draft, input.error);
    case 'vad':
      return hear(draft, input);
    case 'transcriber':
      return onTranscriber(draft, input.itemId, input.output);
    case 'model':
      return onModel(draft, input.responseId, input.output);
    case 'mcp':
      return onMcp(draft, input);
    case 'playback':
      onPlayed(draft, input);
      return closeIfDrained(draft);
    case 'keypad':
      return onKey(draft, input.key);
    case 'timer':
      return onTimer(draft, input.timer);
    case 'wire':
      return end(draft);
    default:
      return input satisfies never;
  }
}

function onServer(draft: Draft, input: Extract<Input, { from: 'server' }>): void {
  switch (input.say) {
    case 'open':
      return open(draft, input);
    case 'joined':
      return emit(draft, 'session.created', { session: draft.session.config });
    case 'resumed':
      return resume(draft, input);
    case 'returned':
      return greetAgain(draft, input);
    case 'drain':
      return drain(draft, input.graceMs);
    case 'exhausted':
      if (input.how === 'cancel') cancelAll(draft);
      return exhaust(draft);
    case 'slow_reader':
      return dropSlowReader(draft);
    case 'full':
      for (const response of draft.session.responses) endForRoom(draft, response);
      return;
    default:
      return input satisfies never;
  }
}

/** `session.created` is the first event of a session, and comes exactly once (behaviour §9 no. 24). */
function open(draft: Draft, { tools, servers }: Extract<Input, { say: 'open' }>): void {
  const { config, rules, conversation } = draft.session;
  arm(draft, 'expiry', rules.maxAgeMs);
  emit(draft, 'session.created', { session: config });
  if (rules.sendConversationCreated) {
    emit(draft, 'conversation.created', { conversation: { id: conversation.id, object: 'realtime.conversation' } });
  }
  if (tools !== undefined) listSettled(draft, tools, servers ?? []);
}

/** Tools that a client secret settled are listed as if the client had just sent them. */
function listSettled(draft: Draft, tools: readonly Tool[], urls: readonly (string | null)[]): void {
  const read = readTools([], { tools, urls, param: 'session.tools', taken: new Set() });
  if (!read.ok) return reject(draft, read.error);
  const fits = hasRoom(draft.session, listingRoom(draft, read.definitions));
  if (fits) adopt(draft, read.definitions);
  else reject(draft, mistakes.conversationFull(draft.session.rules));
}

function onMcp(draft: Draft, input: Extract<Input, { from: 'mcp' }>): void {
  switch (input.say) {
    case 'listed':
      return onListed(draft, input.id, input.tools);
    case 'list_failed':
      return onListFailed(draft, input.id);
    case 'called':
      return onCalled(draft, input.itemId, input.outcome);
    default:
      return input satisfies never;
  }
}

function onTimer(draft: Draft, timer: Timer): void {
  forgetTimer(draft, timer);
  switch (timer) {
    case 'expiry':
      return expire(draft);
    case 'idle':
      return idleTimeout(draft);
    case 'drain':
      cancelAll(draft);
      return closeIfDrained(draft);
    default:
      return timer satisfies never;
  }
}

/** Silence at once: nothing more is said, and what was said is not played any more. */
function cancelAll(draft: Draft): void {
  clearPlayback(draft);
  for (const response of draft.session.responses) cancel(draft, response, 'client_cancelled');
}

function causeOf(input: Input): string | null {
  if (input.from === 'client') return input.event.event_id ?? null;
  return input.from === 'microphone' ? input.eventId : null;
}
