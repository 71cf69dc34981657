import { ticksPerMs } from '../../../core/audio-clock.ts';
import type { Effect } from '../../../core/effect.ts';
import type { Input } from '../../../core/input.ts';
import type { Session } from '../../../core/session.ts';
import type { TranscriberOutput } from '../../../core/transcription/transcriber-output.ts';
import type { Item, Response, ServerEventMap } from '../../../protocol/types.ts';
import type { Moment } from './moment.ts';
import type { ResponseTimes, Timeline } from './timeline.ts';

type ServerEvent = ServerEventMap[keyof ServerEventMap];

/** One step of a session, seen from outside. */
export interface SeenStep {
  readonly before: Session;
  readonly input: Input;
  readonly after: Session;
  readonly effects: readonly Effect[];
}

/** What a step has told: the timeline that goes on from it, and the moments, in order. */
export interface Observation {
  readonly timeline: Timeline;
  readonly moments: readonly Moment[];
}

/** One observation in the making. */
interface Draft {
  timeline: Timeline;
  readonly at: number;
  readonly moments: Moment[];
}

const nothing: readonly Moment[] = [];

/**
 * Derives what an operator may want to know from one step of a session. Pure. Most steps bring sound in or send another
 * delta; those cost a few comparisons and give the same timeline back.
 */
export function observe(timeline: Timeline, seen: SeenStep): Observation {
  const { input, effects } = seen;
  const listened = input.from === 'vad' ? afterWindow(timeline, seen.after, input) : timeline;
  if (input.from !== 'transcriber' && !effects.some(isSent)) return { timeline: listened, moments: nothing };
  const draft: Draft = { timeline, at: input.at, moments: [] };
  if (input.from === 'transcriber') onTranscriber(draft, seen.before, input);
  for (const effect of effects) {
    if (effect.do === 'emit') onEvent(draft, effect.event, seen);
    else if (effect.do === 'emit-audio') onDelta(draft, effect.responseId, 'audio');
    else if (effect.do === 'end-speech') onSpeechEnd(draft, seen.before);
  }
  const { silentSince } = listened;
  if (draft.timeline.silentSince !== silentSince) draft.timeline = { ...draft.timeline, silentSince };
  return draft;
}

function isSent(effect: Effect): boolean {
  return effect.do === 'emit' || effect.do === 'emit-audio';
}

/** Remembers when the silence began that may turn out to be the end of the turn: with its first window. */
function afterWindow(timeline: Timeline, { turn }: Session, heard: Extract<Input, { from: 'vad' }>): Timeline {
  const isSilent = turn.phase === 'speaking' && turn.silenceTick !== null;
  if (isSilent === (timeline.silentSince !== null)) return timeline;
  return { ...timeline, silentSince: isSilent ? heard.at - heard.windowTicks / ticksPerMs : null };
}

function onTranscriber(draft: Draft, before: Session, input: Extract<Input, { from: 'transcriber' }>): void {
  const { itemId, output } = input;
  // A transcriber's late words are dropped by the session, so they are none here either.
  if (before.transcriptions.some((each) => each.itemId === itemId)) onTranscript(draft, itemId, output);
}

/** Words that were whole before the commit count from then on. */
function onSpeechEnd(draft: Draft, { streaming }: Session): void {
  for (const output of streaming?.kept ?? []) onTranscript(draft, streaming?.itemId ?? '', output);
}

function onTranscript(draft: Draft, itemId: string, output: TranscriberOutput): void {
  const { at } = draft;
  if (output.type === 'completed') {
    const { transcript } = output;
    draft.moments.push({ is: 'transcribed', at, itemId, transcript, sinceSpeechMs: sinceSpeech(draft, itemId) });
  } else if (output.type === 'failed') {
    draft.moments.push({ is: 'transcription_failed', at, itemId, code: output.code });
  }
}

function onEvent(draft: Draft, event: ServerEvent, seen: SeenStep): void {
  switch (event.type) {
    case 'error':
      return void draft.moments.push({ is: 'error', at: draft.at, code: event.error.code ?? null });
    case 'input_audio_buffer.speech_started':
      draft.timeline = { ...draft.timeline, turn: null };
      return;
    case 'input_audio_buffer.committed':
      return committed(draft, event.item_id, seen);
    case 'conversation.item.added':
      return added(draft, event.item);
    case 'response.created':
      return responseCreated(draft, event.response);
    case 'response.output_text.delta':
    case 'response.output_audio_transcript.delta':
    case 'response.function_call_arguments.delta':
    case 'response.mcp_call_arguments.delta':
      return onDelta(draft, event.response_id, 'token');
    case 'response.output_item.done':
      return outputDone(draft, event.response_id, event.item);
    case 'response.done':
      return responseDone(draft, event.response);
    default:
      return;
  }
}

/** The idle timeout commits silence, which is nobody's turn (behaviour §2.5). */
function committed(draft: Draft, itemId: string, { before, input }: SeenStep): void {
  const { at, timeline } = draft;
  if (input.from === 'timer') return void draft.moments.push({ is: 'committed', at, itemId, sinceSpeechMs: null });
  const silentSince = before.turn.phase === 'speaking' ? timeline.silentSince : null;
  const speechEndAt = silentSince ?? at;
  draft.timeline = { ...timeline, turn: { itemId, speechEndAt } };
  draft.moments.push({ is: 'committed', at, itemId, sinceSpeechMs: at - speechEndAt });
}

/** Text that the client puts in after speech makes the next response an answer to that text. */
function added(draft: Draft, item: Item): void {
  const { turn } = draft.timeline;
  if (item.type !== 'message' || item.role !== 'user' || item.id === undefined || item.id === turn?.itemId) return;
  draft.timeline = { ...draft.timeline, turn: null };
  const text = item.content.flatMap((part) => (part.type === 'input_text' ? [part.text] : [])).join(' ');
  if (text !== '') draft.moments.push({ is: 'typed', at: draft.at, itemId: item.id, text });
}

function responseCreated(draft: Draft, response: Response): void {
  const { at, timeline } = draft;
  const answered = response.conversation_id === null ? null : timeline.turn;
  const speechEndAt = answered?.speechEndAt ?? null;
  const times: ResponseTimes = { id: response.id ?? '', startedAt: at, speechEndAt, hasToken: false, hasAudio: false };
  draft.timeline = {
    ...timeline,
    turn: response.conversation_id === null ? timeline.turn : null,
    responses: [...timeline.responses, times],
  };
  draft.moments.push({ is: 'response_started', at, response, sinceSpeechMs: elapsed(speechEndAt, at) });
}

function onDelta(draft: Draft, id: string, kind: 'token' | 'audio'): void {
  const times = draft.timeline.responses.find((each) => each.id === id);
  if (times === undefined || (kind === 'token' ? times.hasToken : times.hasAudio)) return;
  if (!times.hasToken) first(draft, 'first_token', times);
  if (kind === 'audio') first(draft, 'first_audio', times);
  const after = { ...times, hasToken: true, hasAudio: times.hasAudio || kind === 'audio' };
  const responses = draft.timeline.responses.map((each) => (each === times ? after : each));
  draft.timeline = { ...draft.timeline, responses };
}

function first(draft: Draft, is: 'first_token' | 'first_audio', { id, startedAt, speechEndAt }: ResponseTimes): void {
  const { at } = draft;
  const sinceSpeechMs = elapsed(speechEndAt, at);
  draft.moments.push({ is, at, responseId: id, sinceStartMs: at - startedAt, sinceSpeechMs });
}

function outputDone(draft: Draft, responseId: string, item: Item): void {
  const { at } = draft;
  const itemId = item.id ?? '';
  if (item.type === 'function_call') {
    const { name, call_id: callId = '' } = item;
    draft.moments.push({ is: 'tool_call', at, responseId, kind: 'function', name, callId });
  } else if (item.type === 'mcp_call') {
    draft.moments.push({ is: 'tool_call', at, responseId, kind: 'mcp', name: item.name, callId: itemId });
  } else if (item.type === 'message') {
    const text = item.content.map(wordsOf).join('');
    if (text !== '') draft.moments.push({ is: 'said', at, responseId, itemId, text });
  }
}

function wordsOf(part: Extract<Item, { type: 'message' }>['content'][number]): string {
  if ('text' in part && typeof part.text === 'string') return part.text;
  return 'transcript' in part && typeof part.transcript === 'string' ? part.transcript : '';
}

function responseDone(draft: Draft, response: Response): void {
  const { at, timeline } = draft;
  const times = timeline.responses.find((each) => each.id === response.id);
  draft.timeline = { ...timeline, responses: timeline.responses.filter((each) => each !== times) };
  draft.moments.push({
    is: 'response_done',
    at,
    response,
    sinceStartMs: at - (times?.startedAt ?? at),
    sinceSpeechMs: elapsed(times?.speechEndAt ?? null, at),
  });
}

function sinceSpeech({ timeline, at }: Draft, itemId: string): number | null {
  return timeline.turn?.itemId === itemId ? at - timeline.turn.speechEndAt : null;
}

function elapsed(from: number | null, to: number): number | null {
  return from === null ? null : to - from;
}
