import { entryOf, insertedAfter, lastId, sameBut } from '../conversation/item-list.ts';
import type { Draft } from '../draft.ts';
import type { SpeechSoFar } from '../effect.ts';
import { spokenEntry } from '../input-audio/buffer.ts';
import { sameJson } from '../same-json.ts';
import type { Session } from '../session.ts';
import { limitMistake } from './admission.ts';
import type { ContextItem } from './model-input.ts';
import { requestOf, responseParams, whatIsAsked } from './request.ts';

/**
 * The user has paused for so long that the turn is likely to end: the model is told what its answer would be asked then,
 * once, unless something else stands between the turn and its answer. Reads the context as it would be read, and leaves
 * no trace of that in the session.
 */
export function preemptAnswer(draft: Draft, speech: SpeechSoFar): void {
  const { rules, config, preemption } = draft.session;
  if (!rules.preempts || preemption !== null || config.type !== 'realtime' || !isFree(draft.session)) return;
  if (limitMistake(draft) !== null) return;
  const imagined: Draft = { ...draft, session: withSpeech(draft, speech), effects: [] };
  const asked = whatIsAsked(imagined, config, {}, null);
  const { items } = asked;
  // Where the context holds not even the speech, there is nothing to think of.
  if (items?.at(-1)?.item.id !== speech.itemId) return;
  const request = requestOf(responseParams(config, {}, asked), config, { ...asked, items });
  draft.session = { ...draft.session, preemption: { itemId: speech.itemId, reads: idsOf(items) } };
  draft.effects.push({ do: 'preempt', request, speech });
}

/** Nothing else would be answered first. */
function isFree({ phase, owedResponse, mcp, responses }: Session): boolean {
  const isSpeaking = responses.some(({ params }) => !params.outOfBand);
  return phase === 'open' && owedResponse === null && mcp.approved.length === 0 && !isSpeaking;
}

/** The session as if the turn had ended. */
function withSpeech(draft: Draft, { itemId, fromTick, toTick }: SpeechSoFar): Session {
  const { conversation, turn } = draft.session;
  const words = turn.phase === 'speaking' ? turn.transcript : null;
  const entry = spokenEntry(draft, { itemId, ticks: toTick - fromTick, words });
  const items = insertedAfter(conversation.items, lastId(conversation.items), entry);
  return { ...draft.session, conversation: { ...conversation, items } };
}

/**
 * A response starts and reads these items. Where that is what was preempted, what was thought of it meanwhile is the
 * model's to use; the sound that came since may have pushed an item out of the context.
 */
export function meetPreemption(draft: Draft, items: readonly ContextItem[]): void {
  const { preemption } = draft.session;
  if (preemption === null) return;
  if (sameJson(idsOf(items), preemption.reads)) draft.session = { ...draft.session, preemption: null };
  else stopPreempting(draft);
}

function idsOf(items: readonly ContextItem[]): string[] {
  return items.map(({ item }) => item.id ?? '');
}

/** The model stops thinking before anything else of this step is done, so that it takes no stale thought for an answer. */
export function stopPreempting(draft: Draft): void {
  if (draft.session.preemption === null) return;
  draft.session = { ...draft.session, preemption: null };
  draft.effects.unshift({ do: 'stop-preempting' });
}

/** Asked after every input: preemption lasts while nothing changes that the response would read. */
export function reviewPreemption(draft: Draft, before: Session): void {
  const { preemption } = before;
  if (preemption === null || draft.session.preemption === null) return;
  const after = draft.session;
  const isSame =
    after.config === before.config &&
    after.mcp === before.mcp &&
    isComing(after, preemption.itemId) &&
    // The end of its sound and its words are what was thought of.
    sameBut(preemption.itemId, before.conversation.items, after.conversation.items);
  if (!isSame) stopPreempting(draft);
}

/** The user is still silent, or the turn has ended and its answer waits for the words. */
function isComing({ phase, turn, owedResponse, conversation, responses }: Session, itemId: string): boolean {
  if (phase !== 'open' || responses.some(({ params }) => !params.outOfBand)) return false;
  if (turn.phase === 'speaking' && turn.itemId === itemId) return turn.silenceTick !== null;
  return owedResponse?.itemId === itemId && entryOf(conversation.items, itemId) !== null;
}
