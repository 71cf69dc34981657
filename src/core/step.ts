import { ServerEvent } from '../protocol/events/index.ts';
import { drain, dropSlowReader, end, expire } from './closing.ts';
import { type Draft, emit, reject } from './draft.ts';
import type { Effect, Timer } from './effect.ts';
import type { Input } from './input.ts';
import { append } from './input-buffer.ts';
import { onClient } from './on-client.ts';
import { cancel } from './response-end.ts';
import { onModel } from './response-output.ts';
import { startOwedResponse } from './response-start.ts';
import type { Session } from './session.ts';
import { onTranscriber } from './transcription.ts';
import { hear, idleTimeout } from './turn.ts';

export type Step = readonly [next: Session, effects: readonly Effect[]];

/**
 * The session, whole: one input in, the next state and what to do about it out. Pure: the same inputs give the same
 * states and effects, always. Effects are carried out in order before the next input is taken.
 */
export function step(session: Session, input: Input): Step {
  if (session.phase === 'closed') return [session, []];
  const draft: Draft = { session, effects: [], at: input.at, cause: causeOf(input) };
  route(draft, input);
  startOwedResponse(draft);
  return [draft.session, draft.effects];
}

function route(draft: Draft, input: Input): void {
  switch (input.from) {
    case 'server':
      return onServer(draft, input.say);
    case 'client':
      return onClient(draft, input.event, input.audio ?? []);
    case 'microphone':
      return append(draft, input.audio);
    case 'refusal':
      return reject(draft, input.error);
    case 'ears':
      return hear(draft, input);
    case 'transcriber':
      return onTranscriber(draft, input.itemId, input.output);
    case 'model':
      return onModel(draft, input.responseId, input.output);
    case 'timer':
      return onTimer(draft, input.timer);
    case 'wire':
      return end(draft);
    default:
      return input satisfies never;
  }
}

function onServer(draft: Draft, say: 'open' | 'drain' | 'slow_reader'): void {
  switch (say) {
    case 'open':
      return open(draft);
    case 'drain':
      return drain(draft);
    case 'slow_reader':
      return dropSlowReader(draft);
    default:
      return say satisfies never;
  }
}

/** `session.created` is the first event of a session, and comes exactly once (behaviour §9 no. 24). */
function open(draft: Draft): void {
  const { config, rules, conversation } = draft.session;
  draft.effects.push({ do: 'arm', timer: 'expiry', afterMs: rules.maxAgeMs });
  emit(draft, (eventId) => ServerEvent.sessionCreated(eventId, config));
  if (!rules.sendConversationCreated) return;
  const shown = { id: conversation.id, object: 'realtime.conversation' as const };
  emit(draft, (eventId) => ServerEvent.conversationCreated(eventId, shown));
}

function onTimer(draft: Draft, timer: Timer): void {
  switch (timer) {
    case 'expiry':
      return expire(draft);
    case 'idle':
      return idleTimeout(draft);
    case 'drain':
      for (const response of draft.session.responses) cancel(draft, response, 'client_cancelled');
      return;
    default:
      return timer satisfies never;
  }
}

function causeOf(input: Input): string | null {
  if (input.from === 'client') return input.event.event_id ?? null;
  return input.from === 'microphone' ? input.eventId : null;
}
