import type { Draft } from '../draft.ts';
import { transcriptionRequest, wordsAsked } from './request.ts';

/** Speech has begun at this tick: from here on it is put into words while it goes on, where the model can. */
export function followSpeech(draft: Draft, itemId: string, fromTick: number): void {
  const { config, rules, phase } = draft.session;
  // The speech may have ended the response that a draining session still waited for.
  if (!rules.followsSpeech || phase === 'closed') return;
  const live = { ...wordsAsked(config, itemId), handedTick: fromTick, kept: [] };
  draft.session = { ...draft.session, live };
  draft.effects.push({ do: 'follow', request: transcriptionRequest(config, itemId) });
}

/**
 * The input audio up to this tick belongs to the speech that is followed. Never more than that: under voice activity
 * detection what was appended and not judged yet may come after the turn's end.
 */
export function handOver(draft: Draft, toTick: number): void {
  const { live } = draft.session;
  if (live === null || toTick <= live.handedTick) return;
  draft.effects.push({ do: 'hand-over', itemId: live.itemId, fromTick: live.handedTick, toTick });
  draft.session = { ...draft.session, live: { ...live, handedTick: toTick } };
}

/** The speech that is followed will never be an item; what was said of it is forgotten. */
export function dropSpeech(draft: Draft): void {
  const { live } = draft.session;
  if (live === null) return;
  draft.effects.push({ do: 'drop-speech', itemId: live.itemId });
  draft.session = { ...draft.session, live: null };
}
