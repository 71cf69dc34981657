import { utf8Length } from '../../protocol/limits.ts';
import type { LogProb, TranscriptionUsage } from '../../protocol/types.ts';
import { find, update } from '../conversation/conversation.ts';
import { hasRoom, room, textRoom } from '../conversation/room.ts';
import { type Draft, emit, mint, obfuscation } from '../draft.ts';
import { mistakes } from '../mistakes.ts';
import type { PendingTranscription, StreamingSpeech, TranscriptAsked } from '../session.ts';
import { transcriptAsked, transcriptionRequest } from './request.ts';
import type { TranscriberOutput } from './transcriber-output.ts';

type Completed = Extract<TranscriberOutput, { type: 'completed' }>;

/**
 * Asks for the words of a committed item, unless they were asked for when its speech began; the client is told of them
 * only where transcription was on then (behaviour §5.1).
 */
export function transcribe(draft: Draft, itemId: string, audioMs: number): void {
  const { config, streaming } = draft.session;
  if (streaming?.itemId === itemId) return endSpeech(draft, streaming, audioMs);
  const { streams: _streams, ...asked } = transcriptAsked(config, itemId);
  awaitTranscript(draft, { ...asked, audioMs, orphaned: false });
  draft.effects.push({ do: 'transcribe', request: { ...transcriptionRequest(config, itemId), audioMs } });
}

/** The streamed speech is an item now; what was said of it meanwhile is told. */
function endSpeech(draft: Draft, streaming: StreamingSpeech, audioMs: number): void {
  const { streams: _streams, handedTick: _handedTick, kept, keptBytes: _keptBytes, ...asked } = streaming;
  draft.session = { ...draft.session, streaming: null };
  awaitTranscript(draft, { ...asked, audioMs, orphaned: false });
  draft.effects.push({ do: 'end-speech', itemId: streaming.itemId });
  for (const output of kept) onTranscriber(draft, streaming.itemId, output);
}

function awaitTranscript(draft: Draft, pending: PendingTranscription): void {
  draft.session = { ...draft.session, transcriptions: [...draft.session.transcriptions, pending] };
}

/** Words of speech that goes on: told at once where the model streams, else kept until the commit. */
function onStreaming(draft: Draft, streaming: StreamingSpeech, output: TranscriberOutput): void {
  const last = streaming.kept.at(-1);
  if (last !== undefined && isLast(last)) return;
  onPartial(draft, streaming.itemId, output);
  if (streaming.announced && streaming.streams && output.type === 'delta') {
    return sayDelta(draft, streaming, output.text, output.logprobs);
  }
  if (!streaming.announced && !isLast(output)) return;
  keep(draft, streaming, output);
}

/** Keeps what was said until the commit. Where there is no room for it, all that comes of the words is that they failed. */
function keep(draft: Draft, streaming: StreamingSpeech, output: TranscriberOutput): void {
  const bytes = outputBytes(output);
  const { code, message } = mistakes.conversationFull(draft.session.rules);
  const kept = hasRoom(draft.session, room(0, bytes))
    ? { kept: [...streaming.kept, output], keptBytes: streaming.keptBytes + bytes }
    : { kept: [{ type: 'failed' as const, code: code ?? '', message }], keptBytes: 0 };
  draft.session = { ...draft.session, streaming: { ...streaming, ...kept } };
}

/** What a piece of a transcriber's takes besides its text. */
const pieceOverhead = 200;

function outputBytes(output: TranscriberOutput): number {
  const text = 'text' in output ? output.text : 'transcript' in output ? output.transcript : output.message;
  const logprobs = 'logprobs' in output ? (output.logprobs?.length ?? 0) : 0;
  return pieceOverhead * (1 + logprobs) + textRoom(text);
}

function isLast({ type }: TranscriberOutput): boolean {
  return type === 'completed' || type === 'failed';
}

/** Words of the turn that is being spoken, from a transcriber that streams: they tell how finished it sounds. */
function onPartial(draft: Draft, itemId: string, output: TranscriberOutput): void {
  const { turn } = draft.session;
  if (turn.phase !== 'speaking' || turn.itemId !== itemId) return;
  const said = output.type === 'delta' ? (turn.transcript ?? '') + output.text : turn.transcript;
  const transcript = output.type === 'completed' ? output.transcript : said;
  const more = textRoom(transcript ?? '') - textRoom(turn.transcript ?? '');
  if (hasRoom(draft.session, room(0, more))) draft.session = { ...draft.session, turn: { ...turn, transcript } };
}

/** What the transcriber says; late words of an item that has its transcript already are dropped. */
export function onTranscriber(draft: Draft, itemId: string, output: TranscriberOutput): void {
  const pending = draft.session.transcriptions.find((each) => each.itemId === itemId);
  const { streaming } = draft.session;
  if (pending === undefined) {
    return streaming?.itemId === itemId ? onStreaming(draft, streaming, output) : onPartial(draft, itemId, output);
  }
  switch (output.type) {
    case 'delta':
      return delta(draft, pending, output.text, output.logprobs);
    case 'segment':
      return segment(draft, pending, output);
    case 'completed':
      return completed(draft, pending, output);
    case 'failed':
      return failed(draft, pending, output.code, output.message);
    default:
      return output satisfies never;
  }
}

function delta(draft: Draft, pending: PendingTranscription, text: string, logprobs?: readonly LogProb[]): void {
  if (!pending.announced || pending.atOnce) return;
  sayDelta(draft, pending, text, logprobs);
}

function sayDelta(draft: Draft, pending: TranscriptAsked, text: string, logprobs?: readonly LogProb[]): void {
  emit(draft, 'conversation.item.input_audio_transcription.delta', {
    item_id: pending.itemId,
    content_index: 0,
    delta: text,
    ...(pending.withLogprobs && logprobs !== undefined && { logprobs: [...logprobs] }),
    obfuscation: obfuscation(draft, text),
  });
}

function segment(
  draft: Draft,
  pending: PendingTranscription,
  said: Extract<TranscriberOutput, { type: 'segment' }>,
): void {
  if (!pending.announced) return;
  const { text, speaker, start, end } = said;
  emit(draft, 'conversation.item.input_audio_transcription.segment', {
    item_id: pending.itemId,
    content_index: 0,
    text,
    id: mint(draft, 'segment'),
    speaker,
    start,
    end,
  });
}

function completed(draft: Draft, pending: PendingTranscription, said: Completed): void {
  const { itemId } = pending;
  // The item shows the words, and the model reads them.
  if (!pending.orphaned && !hasRoom(draft.session, room(0, 2 * utf8Length(said.transcript)))) {
    const { code, message } = mistakes.conversationFull(draft.session.rules);
    return failed(draft, pending, code ?? '', message);
  }
  if (pending.announced) {
    if (pending.atOnce && said.transcript !== '') sayDelta(draft, pending, said.transcript, said.logprobs);
    const usage: TranscriptionUsage = said.usage ?? { type: 'duration', seconds: pending.audioMs / 1000 };
    emit(draft, 'conversation.item.input_audio_transcription.completed', {
      item_id: itemId,
      content_index: 0,
      transcript: said.transcript,
      usage,
      ...(pending.withLogprobs && said.logprobs !== undefined && { logprobs: [...said.logprobs] }),
      ...(said.languages !== undefined && { languages: [...said.languages] }),
    });
    if (!pending.orphaned) showTranscript(draft, itemId, said.transcript);
  } else {
    draft.effects.push({ do: 'note-words', itemId, outcome: { transcript: said.transcript } });
  }
  if (!pending.orphaned) update(draft, itemId, { words: said.transcript });
  settle(draft, itemId);
}

/** The stored item shows the transcript from now on (behaviour §2.1). */
function showTranscript(draft: Draft, itemId: string, transcript: string): void {
  const item = find(draft, itemId)?.item;
  if (item?.type !== 'message' || item.role !== 'user') return;
  const content = item.content.map((part) => (part.type === 'input_audio' ? { ...part, transcript } : part));
  update(draft, itemId, { item: { ...item, content } });
}

function failed(draft: Draft, pending: PendingTranscription, code: string, message: string): void {
  if (pending.announced) {
    // All four as strings: a stock client refuses null here (behaviour §5.1).
    const error = { type: 'transcription_error', code, message, param: '' };
    emit(draft, 'conversation.item.input_audio_transcription.failed', {
      item_id: pending.itemId,
      content_index: 0,
      error,
    });
  } else {
    draft.effects.push({ do: 'note-words', itemId: pending.itemId, outcome: { code } });
  }
  settle(draft, pending.itemId);
}

/** Nobody works on these words any more: each is told that it failed. */
export function failPending(draft: Draft, code: string, message: string): void {
  for (const pending of draft.session.transcriptions) failed(draft, pending, code, message);
}

function settle(draft: Draft, itemId: string): void {
  const transcriptions = draft.session.transcriptions.filter((each) => each.itemId !== itemId);
  draft.session = { ...draft.session, transcriptions };
}
