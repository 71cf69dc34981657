import { ServerEvent } from '../protocol/events/index.ts';
import type { LogProb, TranscriptionUsage } from '../protocol/types.ts';
import { find, update } from './conversation.ts';
import { modelsThatSayItAtOnce } from './defaults.ts';
import { type Draft, emit, mint, obfuscation } from './draft.ts';
import type { TranscriberOutput } from './input.ts';
import type { PendingTranscription } from './session.ts';

type Completed = Extract<TranscriberOutput, { type: 'completed' }>;

/** Asks for the words of a committed item; the client is told of them only where transcription is on (behaviour §5.1). */
export function transcribe(draft: Draft, itemId: string, audioMs: number): void {
  const { transcription } = draft.session.config.audio.input;
  const withLogprobs = draft.session.config.include?.includes('item.input_audio_transcription.logprobs') ?? false;
  const atOnce = modelsThatSayItAtOnce.includes(transcription?.model ?? '');
  const pending = { itemId, announced: transcription !== null, withLogprobs, audioMs, atOnce, orphaned: false };
  draft.session = { ...draft.session, transcriptions: [...draft.session.transcriptions, pending] };
  draft.effects.push({
    do: 'transcribe',
    request: {
      itemId,
      model: transcription?.model ?? null,
      language: transcription?.language ?? null,
      prompt: transcription?.prompt ?? null,
      keywords: transcription?.keywords ?? null,
      languages: transcription?.languages ?? null,
      delay: transcription?.delay ?? null,
      audioMs,
    },
  });
}

/** Words of the turn that is being spoken, from a transcriber that streams: they tell how finished it sounds. */
function onPartial(draft: Draft, itemId: string, output: TranscriberOutput): void {
  const { turn } = draft.session;
  if (output.type !== 'delta' || turn.phase !== 'speaking' || turn.itemId !== itemId) return;
  draft.session = { ...draft.session, turn: { ...turn, words: (turn.words ?? '') + output.text } };
}

/** What the transcriber says; late words of an item that has its transcript already are dropped. */
export function onTranscriber(draft: Draft, itemId: string, output: TranscriberOutput): void {
  const pending = draft.session.transcriptions.find((each) => each.itemId === itemId);
  if (pending === undefined) return onPartial(draft, itemId, output);
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

function sayDelta(draft: Draft, pending: PendingTranscription, text: string, logprobs?: readonly LogProb[]): void {
  const shown = pending.withLogprobs && logprobs !== undefined ? [...logprobs] : null;
  const padding = obfuscation(draft, text);
  emit(draft, (eventId) => ServerEvent.inputAudioTranscriptionDelta(eventId, pending.itemId, 0, text, shown, padding));
}

function segment(
  draft: Draft,
  pending: PendingTranscription,
  said: Extract<TranscriberOutput, { type: 'segment' }>,
): void {
  if (!pending.announced) return;
  const { text, speaker, start, end } = said;
  const id = mint(draft, 'segment');
  emit(draft, (eventId) =>
    ServerEvent.inputAudioTranscriptionSegment(eventId, pending.itemId, 0, text, id, speaker, start, end),
  );
}

function completed(draft: Draft, pending: PendingTranscription, said: Completed): void {
  const { itemId } = pending;
  if (pending.announced) {
    if (pending.atOnce && said.transcript !== '') sayDelta(draft, pending, said.transcript, said.logprobs);
    const usage: TranscriptionUsage = said.usage ?? { type: 'duration', seconds: pending.audioMs / 1000 };
    const logprobs = pending.withLogprobs && said.logprobs !== undefined ? { logprobs: [...said.logprobs] } : {};
    const languages = said.languages === undefined ? {} : { languages: [...said.languages] };
    emit(draft, (eventId) => ({
      ...ServerEvent.inputAudioTranscriptionCompleted(eventId, itemId, 0, said.transcript, usage),
      ...logprobs,
      ...languages,
    }));
    if (!pending.orphaned) showTranscript(draft, itemId, said.transcript);
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
    emit(draft, (eventId) => ServerEvent.inputAudioTranscriptionFailed(eventId, pending.itemId, 0, error));
  }
  settle(draft, pending.itemId);
}

function settle(draft: Draft, itemId: string): void {
  const transcriptions = draft.session.transcriptions.filter((each) => each.itemId !== itemId);
  draft.session = { ...draft.session, transcriptions };
}
