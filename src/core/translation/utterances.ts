import { bytesToTicks, ticksPerMs } from '../audio-clock.ts';
import { minimumSpeechMs, releaseMargin } from '../defaults.ts';
import {
  leastUnheardMs,
  longestUtteranceMs,
  prefixMs,
  releaseStepMs,
  speechThreshold,
  unheardKeptMs,
  utteranceSilenceMs,
} from './defaults.ts';
import { type Draft, reject } from './draft.ts';
import { translationMistakes } from './mistakes.ts';
import type { Speech, TranslationState } from './session.ts';
import { queue } from './translating.ts';

type Speaking = Extract<Speech, { phase: 'speaking' }>;

/** One window of sound as the vad judged it. Windows come in order and end at or before the input's end. */
export interface VadWindow {
  readonly endTick: number;
  readonly windowTicks: number;
  /** 0 to 1. */
  readonly probability: number;
}

/** `session.input_audio_buffer.append`, decoded. Nothing is sent back unless too much waits to be translated. */
export function append(draft: Draft, audio: Uint8Array): void {
  const { input, rules, phase } = draft.session;
  if (phase === 'finishing') return reject(draft, translationMistakes.finishing());
  if (phase !== 'open') return;
  const bytes = audio.byteLength + input.spareBytes;
  const ticks = bytesToTicks(bytes, 'audio/pcm');
  if (waitingTicks(draft.session) + ticks > rules.maxBufferedMs * ticksPerMs) {
    return reject(draft, translationMistakes.bufferFull(rules.maxBufferedMs));
  }
  const spareBytes = bytes % 2 === 1 ? 1 : 0;
  draft.session = { ...draft.session, input: { ...input, endTick: input.endTick + ticks, spareBytes } };
  draft.effects.push({ do: 'store-input', audio });
}

/** Audio that is kept: utterances that are not translated yet, and what was not cut into one. */
function waitingTicks({ input, utterances }: TranslationState): number {
  return utterances.reduce((sum, { startTick, endTick }) => sum + endTick - startTick, input.endTick - input.startTick);
}

/** Moves on by one window: speech starts, goes on, falls silent, becomes an utterance. */
export function hear(draft: Draft, heard: VadWindow): void {
  const { speech, phase } = draft.session;
  if (phase !== 'open') return;
  if (speech.phase === 'speaking') goOn(draft, speech, heard);
  else listenForSpeech(draft, speech.onsetTick, heard);
}

function listenForSpeech(draft: Draft, held: number | null, heard: VadWindow): void {
  if (heard.probability < speechThreshold) {
    if (held !== null) draft.session = { ...draft.session, speech: quiet };
    return releaseSilence(draft, heard.endTick);
  }
  const onsetTick = held ?? heard.endTick - heard.windowTicks;
  if (heard.endTick - onsetTick < minimumSpeechMs * ticksPerMs) {
    draft.session = { ...draft.session, speech: { phase: 'quiet', onsetTick } };
    return;
  }
  const startTick = Math.max(onsetTick - prefixMs * ticksPerMs, draft.session.input.startTick);
  draft.session = { ...draft.session, speech: { phase: 'speaking', startTick, silenceTick: null }, hasHeard: true };
}

function goOn(draft: Draft, speech: Speaking, heard: VadWindow): void {
  const isSpeech = heard.probability >= speechThreshold - releaseMargin;
  const silenceTick = isSpeech ? null : (speech.silenceTick ?? heard.endTick - heard.windowTicks);
  draft.session = { ...draft.session, speech: { ...speech, silenceTick } };
  const silentTicks = silenceTick === null ? 0 : heard.endTick - silenceTick;
  const isOver = silentTicks >= utteranceSilenceMs * ticksPerMs;
  if (isOver || heard.endTick - speech.startTick >= longestTicks(draft.session))
    cut(draft, speech.startTick, heard.endTick);
}

/** Half of what may wait at most, so that the next utterance has room while this one is translated. */
function longestTicks({ rules }: TranslationState): number {
  return Math.min(longestUtteranceMs, rules.maxBufferedMs / 2) * ticksPerMs;
}

function cut(draft: Draft, startTick: number, endTick: number): void {
  draft.session = { ...draft.session, speech: quiet };
  queue(draft, startTick, endTick);
  release(draft, endTick);
}

/**
 * The input has ended: open speech becomes an utterance as it is. `takeUnheard`: so does all that is kept where nothing
 * was ever heard as speech, so that a quiet speaker, or a test's tone, is not lost.
 */
export function flush(draft: Draft, takeUnheard: boolean): void {
  const { speech, input, hasHeard } = draft.session;
  if (speech.phase === 'speaking') return cut(draft, speech.startTick, input.endTick);
  const isUnheard = takeUnheard && !hasHeard && input.endTick >= leastUnheardMs * ticksPerMs;
  if (isUnheard) cut(draft, input.startTick, input.endTick);
  else release(draft, input.endTick);
}

/** Old silence is let go, so that what is kept does not grow with the session. */
function releaseSilence(draft: Draft, heardTick: number): void {
  const { input, rules, hasHeard } = draft.session;
  const keptMs = hasHeard ? prefixMs : Math.min(unheardKeptMs, rules.maxBufferedMs / 2);
  const beforeTick = heardTick - Math.floor(keptMs * ticksPerMs);
  if (beforeTick - input.startTick >= releaseStepMs * ticksPerMs) release(draft, beforeTick);
}

function release(draft: Draft, beforeTick: number): void {
  draft.session = { ...draft.session, input: { ...draft.session.input, startTick: beforeTick } };
  draft.effects.push({ do: 'release-input', beforeTick });
}

const quiet: Speech = { phase: 'quiet', onsetTick: null };
