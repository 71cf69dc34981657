import type { Draft } from '../draft.ts';
import { transcriptAsked, transcriptionRequest } from './request.ts';

/** Speech has begun at this tick: from here on it is put into words while it goes on, where the model can. */
export function streamSpeech(draft: Draft, itemId: string, fromTick: number): void {
  const { config, rules, phase } = draft.session;
  // The speech may have ended the response that a draining session still waited for.
  if (!rules.transcribesStream || phase === 'closed') return;
  const streaming = { ...transcriptAsked(config, itemId), handedTick: fromTick, kept: [], keptBytes: 0 };
  draft.session = { ...draft.session, streaming };
  draft.effects.push({ do: 'stream-speech', request: transcriptionRequest(config, itemId) });
}

/**
 * The input audio up to this tick belongs to the streamed speech. Never more than that: under voice activity
 * detection what was appended and not judged yet may come after the turn's end.
 */
export function handOver(draft: Draft, toTick: number): void {
  const { streaming } = draft.session;
  if (streaming === null || toTick <= streaming.handedTick) return;
  draft.effects.push({ do: 'hand-over', itemId: streaming.itemId, fromTick: streaming.handedTick, toTick });
  draft.session = { ...draft.session, streaming: { ...streaming, handedTick: toTick } };
}

/** The streamed speech will never be an item; what was said of it is forgotten. */
export function dropSpeech(draft: Draft): void {
  const { streaming } = draft.session;
  if (streaming === null) return;
  draft.effects.push({ do: 'drop-speech', itemId: streaming.itemId });
  draft.session = { ...draft.session, streaming: null };
}
