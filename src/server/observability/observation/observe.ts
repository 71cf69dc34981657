import type { AudioFormatName } from '../../../audio/format.ts';
import { bytesToTicks, formatName, ticksPerMs } from '../../../core/audio-clock.ts';
import type { AudioFormat, Item, Response } from '../../../protocol/types.ts';
import type { Moment } from './moment.ts';
import { noUtterance, type ResponseTimes, type Timeline } from './timeline.ts';
import type { Hint, SoundEvent, WireEvent } from './wire-event.ts';

/** What an event has told: the timeline that goes on from it, and the moments, in order. */
export interface Observation {
  readonly timeline: Timeline;
  readonly moments: readonly Moment[];
}

/** One observation in the making. */
interface Draft {
  timeline: Timeline;
  readonly at: number;
  moments: readonly Moment[];
}

const nothing: readonly Moment[] = [];

/**
 * Derives what an operator may want to know from what passes on a session's wires, in both directions, and from hints
 * where a core gives them. Pure. Most events are another delta; those cost a look at their type and give the same
 * timeline back.
 */
export function observe(timeline: Timeline, at: number, seen: WireEvent | Hint): Observation {
  const draft: Draft = { timeline, at, moments: nothing };
  if ('hint' in seen) onHint(draft, seen);
  else onEvent(draft, seen);
  return draft;
}

/** How long the sound of an event lasts, in milliseconds. */
export function soundMs(timeline: Timeline, event: SoundEvent): number {
  return bytesToTicks(event.bytes, formatIn(timeline, event)) / ticksPerMs;
}

function formatIn({ inputFormat, responses }: Timeline, event: SoundEvent): AudioFormatName {
  if (event.type === 'input_audio_buffer.append') return inputFormat;
  if (event.type !== 'response.output_audio.delta') return 'audio/pcm';
  return responses.find(({ id }) => id === event.response_id)?.format ?? 'audio/pcm';
}

function note(draft: Draft, moment: Moment): void {
  draft.moments = [...draft.moments, moment];
}

function onHint(draft: Draft, hint: Hint): void {
  switch (hint.hint) {
    case 'silence':
      return silence(draft, hint.since);
    case 'words':
      if ('code' in hint.outcome) return transcriptionFailed(draft, hint.itemId, hint.outcome.code);
      return transcribed(draft, hint.itemId, hint.outcome.transcript);
    case 'utterance_over':
      return utteranceOver(draft);
    default:
      return hint satisfies never;
  }
}

// oxlint-disable-next-line max-lines-per-function -- pure dispatch
function onEvent(draft: Draft, event: WireEvent): void {
  switch (event.type) {
    case 'error':
      return note(draft, { is: 'error', at: draft.at, code: event.error.code ?? null });
    case 'session.created':
    case 'session.updated':
      return configured(draft, event.session);
    case 'input_audio_buffer.speech_started':
      draft.timeline = { ...draft.timeline, turn: null };
      return;
    case 'input_audio_buffer.timeout_triggered':
      draft.timeline = { ...draft.timeline, idleItemId: event.item_id };
      return;
    case 'input_audio_buffer.committed':
      return committed(draft, event.item_id);
    case 'conversation.item.input_audio_transcription.completed':
      return transcribed(draft, event.item_id, event.transcript);
    case 'conversation.item.input_audio_transcription.failed':
      return transcriptionFailed(draft, event.item_id, event.error.code ?? '');
    case 'conversation.item.added':
      return added(draft, event.item);
    case 'response.created':
      return responseCreated(draft, event.response);
    case 'response.output_text.delta':
    case 'response.output_audio_transcript.delta':
    case 'response.function_call_arguments.delta':
    case 'response.mcp_call_arguments.delta':
      return onDelta(draft, event.response_id, 'token');
    case 'response.output_audio.delta':
      return onDelta(draft, event.response_id, 'audio');
    case 'response.output_item.done':
      return outputDone(draft, event.response_id, event.item);
    case 'response.done':
      return responseDone(draft, event.response);
    case 'session.input_transcript.delta':
      return utter(draft, { heard: event.delta, said: '' });
    case 'session.output_transcript.delta':
      return utter(draft, { heard: '', said: event.delta });
    case 'session.closed':
      return utteranceOver(draft);
    default:
      return;
  }
}

/** Remembers how the client's sound is written. */
function configured(draft: Draft, { audio }: { readonly audio?: { readonly input?: object } }): void {
  const { input } = audio ?? {};
  const format: AudioFormat = input !== undefined && 'format' in input ? (input.format ?? {}) : {};
  const inputFormat = formatName(format);
  if (inputFormat !== draft.timeline.inputFormat) draft.timeline = { ...draft.timeline, inputFormat };
}

/** Remembers when the silence began that may turn out to be the end of the turn. */
function silence(draft: Draft, since: number | null): void {
  const { silentSince } = draft.timeline;
  const goesOn = (since === null) === (silentSince === null);
  if (!goesOn) draft.timeline = { ...draft.timeline, silentSince: since };
}

function transcribed(draft: Draft, itemId: string, transcript: string): void {
  note(draft, { is: 'transcribed', at: draft.at, itemId, transcript, sinceSpeechMs: sinceSpeech(draft, itemId) });
}

function transcriptionFailed(draft: Draft, itemId: string, code: string): void {
  note(draft, { is: 'transcription_failed', at: draft.at, itemId, code });
}

function utter(draft: Draft, { heard, said }: Timeline['utterance']): void {
  const { utterance } = draft.timeline;
  draft.timeline = {
    ...draft.timeline,
    utterance: { heard: utterance.heard + heard, said: utterance.said + said },
  };
}

function utteranceOver(draft: Draft): void {
  const { heard, said } = draft.timeline.utterance;
  if (heard === '' && said === '') return;
  note(draft, { is: 'translated', at: draft.at, heard, said });
  draft.timeline = { ...draft.timeline, utterance: noUtterance };
}

/** The idle timeout commits silence, which is nobody's turn (behaviour §2.5). */
function committed(draft: Draft, itemId: string): void {
  const { at, timeline } = draft;
  if (itemId === timeline.idleItemId) return note(draft, { is: 'committed', at, itemId, sinceSpeechMs: null });
  const speechEndAt = timeline.silentSince ?? at;
  draft.timeline = { ...timeline, turn: { itemId, speechEndAt } };
  note(draft, { is: 'committed', at, itemId, sinceSpeechMs: at - speechEndAt });
}

/** Text that the client puts in after speech makes the next response an answer to that text. */
function added(draft: Draft, item: Item): void {
  const { turn } = draft.timeline;
  if (item.type !== 'message' || item.role !== 'user' || item.id === undefined || item.id === turn?.itemId) return;
  draft.timeline = { ...draft.timeline, turn: null };
  const text = item.content.flatMap((part) => (part.type === 'input_text' ? [part.text] : [])).join(' ');
  if (text !== '') note(draft, { is: 'typed', at: draft.at, itemId: item.id, text });
}

function responseCreated(draft: Draft, response: Response): void {
  const { at, timeline } = draft;
  const answered = response.conversation_id === null ? null : timeline.turn;
  const speechEndAt = answered?.speechEndAt ?? null;
  const times: ResponseTimes = {
    id: response.id ?? '',
    startedAt: at,
    speechEndAt,
    format: formatName(response.audio?.output?.format ?? {}),
    hasToken: false,
    hasAudio: false,
  };
  draft.timeline = {
    ...timeline,
    turn: response.conversation_id === null ? timeline.turn : null,
    responses: [...timeline.responses, times],
  };
  note(draft, { is: 'response_started', at, response, sinceSpeechMs: elapsed(speechEndAt, at) });
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
  note(draft, { is, at, responseId: id, sinceStartMs: at - startedAt, sinceSpeechMs });
}

function outputDone(draft: Draft, responseId: string, item: Item): void {
  const { at } = draft;
  const itemId = item.id ?? '';
  if (item.type === 'function_call') {
    const { name, call_id: callId = '' } = item;
    note(draft, { is: 'tool_call', at, responseId, kind: 'function', name, callId });
  } else if (item.type === 'mcp_call') {
    note(draft, { is: 'tool_call', at, responseId, kind: 'mcp', name: item.name, callId: itemId });
  } else if (item.type === 'message') {
    const text = item.content.map(wordsOf).join('');
    if (text !== '') note(draft, { is: 'said', at, responseId, itemId, text });
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
  note(draft, {
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
