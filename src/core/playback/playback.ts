import { ticksToMs } from '../audio-clock.ts';
import { find } from '../conversation/conversation.ts';
import { cutTo } from '../conversation/item-lookup.ts';
import { type Draft, emit } from '../draft.ts';
import { countIdle, stopIdle } from '../input-audio/idle.ts';
import { isHeard, isNext, isPlaying, type PlayedPart, type PlayedResponse } from './state.ts';

/** A stretch of sound that a model has said. */
export interface SaidSound {
  readonly responseId: string;
  readonly itemId: string;
  readonly contentIndex: number;
  readonly ticks: number;
  /** Whether its item is the conversation's. */
  readonly inConversation: boolean;
}

/** How much of a part has been played in all. */
export interface Played {
  readonly itemId: string;
  readonly contentIndex: number;
  readonly ticks: number;
}

/**
 * Puts sound behind what waits to be played; whether it will be heard. What a response says after it was cleared is not,
 * and is gone from its item at once. Without media all sound goes to the client.
 */
export function enqueue(draft: Draft, said: SaidSound): boolean {
  const { playback } = draft.session;
  if (playback === null) return true;
  const held = playback.responses.find(({ responseId }) => responseId === said.responseId);
  if (held?.phase === 'cleared') {
    if (said.inConversation && find(draft, said.itemId)?.truncated === false) cutTo(draft, said, 0);
    return false;
  }
  const response: PlayedResponse = held ?? { responseId: said.responseId, phase: 'queued', isOver: false, parts: [] };
  const next = { ...response, parts: grown(response, said) };
  if (isNext(playback, said.responseId)) start(draft, next);
  else put(draft, next);
  // The conversation's last response was silent, and one beside it now speaks: nobody is asked to speak over it.
  if (draft.session.idleSinceTick !== null) {
    stopIdle(draft);
    idleAfterPlayback(draft);
  }
  return true;
}

/** Tells clients when all of a response has been heard, and when the next begins. What was cleared meanwhile tells nothing. */
export function onPlayed(draft: Draft, { itemId, contentIndex, ticks }: Played): void {
  const isMeant = (part: PlayedPart): boolean => part.itemId === itemId && part.contentIndex === contentIndex;
  const response = draft.session.playback?.responses.find(({ parts }) => parts.some(isMeant));
  if (response === undefined || ticks <= 0) return;
  const parts = response.parts.map((part) =>
    isMeant(part) ? { ...part, playedTicks: Math.min(Math.max(ticks, part.playedTicks), part.saidTicks) } : part,
  );
  start(draft, { ...response, parts });
  settle(draft, response.responseId);
}

/** No more sound comes of this response, which is over. */
export function endSound(draft: Draft, responseId: string): void {
  const response = draft.session.playback?.responses.find((each) => each.responseId === responseId);
  if (response === undefined) return;
  if (response.phase === 'cleared') return remove(draft, responseId);
  put(draft, { ...response, isOver: true });
  settle(draft, responseId);
}

/** The idle timeout counts from the end of playback; from now where nothing plays. */
export function idleAfterPlayback(draft: Draft): void {
  const { playback } = draft.session;
  if (playback === null || !isPlaying(playback)) return countIdle(draft, 0);
  draft.session = { ...draft.session, playback: { ...playback, thenIdle: true } };
}

/**
 * Silence at once, of all that plays and waits. Clients learn which responses they no longer hear; what was not heard
 * leaves its item, also where the response was over long ago.
 */
export function clearPlayback(draft: Draft): void {
  const { playback, responses: running } = draft.session;
  if (playback === null || !isPlaying(playback)) return;
  draft.effects.push({ do: 'clear-playback' });
  const cut = playback.responses.filter(({ phase }) => phase !== 'cleared');
  const left = playback.responses.flatMap((response) =>
    response.isOver ? [] : [{ ...response, phase: 'cleared' as const, parts: [] }],
  );
  draft.session = { ...draft.session, playback: { ...playback, responses: left } };
  for (const { responseId, phase } of cut) {
    if (phase === 'started') emit(draft, 'output_audio_buffer.cleared', { response_id: responseId });
  }
  const saying = new Set(running.map(({ open }) => open?.itemId));
  for (const part of cut.flatMap(({ parts }) => parts)) {
    const isWhole = isHeard(part) && !saying.has(part.itemId);
    if (part.inConversation && !isWhole) cutTo(draft, part, ticksToMs(part.playedTicks));
  }
  idleIfDue(draft);
}

/** The item is gone from the conversation: its sound is heard, but no longer truncates it, nor another that takes its id. */
export function orphanSound(draft: Draft, itemId: string): void {
  const { playback } = draft.session;
  if (playback === null) return;
  const responses = playback.responses.map((response) => ({
    ...response,
    parts: response.parts.map((part) => (part.itemId === itemId ? { ...part, inConversation: false } : part)),
  }));
  draft.session = { ...draft.session, playback: { ...playback, responses } };
}

/** The response's parts with more of one of them; parts that are over leave when another begins. */
function grown({ parts }: PlayedResponse, { itemId, contentIndex, ticks, inConversation }: SaidSound): PlayedPart[] {
  const last = parts.at(-1);
  return last?.itemId === itemId && last.contentIndex === contentIndex
    ? [...parts.slice(0, -1), { ...last, saidTicks: last.saidTicks + ticks }]
    : [
        ...parts.filter((part) => !isHeard(part)),
        { itemId, contentIndex, saidTicks: ticks, playedTicks: 0, inConversation },
      ];
}

/** Sound of the response is the next to be heard, or is heard: clients learn it, once. */
function start(draft: Draft, response: PlayedResponse): void {
  put(draft, { ...response, phase: 'started' });
  if (response.phase === 'queued') emit(draft, 'output_audio_buffer.started', { response_id: response.responseId });
}

/** A response that is over leaves once all of it has been played. */
function settle(draft: Draft, responseId: string): void {
  const response = draft.session.playback?.responses.find((each) => each.responseId === responseId);
  if (response?.isOver !== true || !response.parts.every(isHeard)) return;
  remove(draft, responseId);
  emit(draft, 'output_audio_buffer.stopped', { response_id: responseId });
  idleIfDue(draft);
}

function idleIfDue(draft: Draft): void {
  const { playback } = draft.session;
  if (playback?.thenIdle !== true || isPlaying(playback)) return;
  draft.session = { ...draft.session, playback: { ...playback, thenIdle: false } };
  countIdle(draft, 0);
}

/** Puts a response's new form in the place of its old one, or behind all others. */
function put(draft: Draft, response: PlayedResponse): void {
  const { playback } = draft.session;
  if (playback === null) return;
  const isKnown = playback.responses.some(({ responseId }) => responseId === response.responseId);
  const responses = isKnown
    ? playback.responses.map((each) => (each.responseId === response.responseId ? response : each))
    : [...playback.responses, response];
  draft.session = { ...draft.session, playback: { ...playback, responses } };
}

function remove(draft: Draft, gone: string): void {
  const { playback } = draft.session;
  if (playback === null) return;
  const responses = playback.responses.filter(({ responseId }) => responseId !== gone);
  draft.session = { ...draft.session, playback: { ...playback, responses } };
}
