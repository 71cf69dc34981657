import { ticksPerMs, ticksToBytes, ticksToMs } from '../audio-clock.ts';
import { elapsedStepMs, longestDeltaMs } from './defaults.ts';
import { type Draft, emit, mintEventId, reject } from './draft.ts';
import type { TranslatorOutput } from './input.ts';
import { translationMistakes } from './mistakes.ts';
import type { Utterance } from './session.ts';

const longestDeltaBytes = ticksToBytes(longestDeltaMs * ticksPerMs, 'audio/pcm');

/** Utterances are translated in the order in which they were said, one at a time. */
export function queue(draft: Draft, startTick: number, endTick: number): void {
  const { uttered: id, utterances } = draft.session;
  draft.session = {
    ...draft.session,
    uttered: id + 1,
    utterances: [...utterances, { id, startTick, endTick, announcesInput: false }],
  };
  draft.effects.push({ do: 'keep-input', utteranceId: id, fromTick: startTick, toTick: endTick });
  if (utterances.length === 0) translateFirst(draft);
}

/** Starts on the utterance at the head of the queue, with the configuration that holds now. */
function translateFirst(draft: Draft): void {
  const { utterances, config } = draft.session;
  const [first, ...rest] = utterances;
  if (first === undefined) return;
  const { input, output } = config.audio;
  const begun = { ...first, announcesInput: input.transcription !== null };
  draft.session = { ...draft.session, utterances: [begun, ...rest] };
  draft.effects.push({
    do: 'translate',
    request: {
      utteranceId: first.id,
      language: output.language,
      transcription: input.transcription,
      noiseReduction: input.noise_reduction,
      audioMs: (first.endTick - first.startTick) / ticksPerMs,
    },
  });
}

/** What the translator says of the utterance it is at; late words of any other are dropped. */
export function onTranslator(draft: Draft, utteranceId: number, output: TranslatorOutput): void {
  const [utterance] = draft.session.utterances;
  if (utterance?.id !== utteranceId) return;
  switch (output.type) {
    case 'input_text':
      if (!utterance.announcesInput || output.text === '') return;
      return emit(draft, 'session.input_transcript.delta', { delta: output.text, elapsed_ms: elapsedMs(utterance) });
    case 'output_text':
      if (output.text === '') return;
      return emit(draft, 'session.output_transcript.delta', { delta: output.text, elapsed_ms: elapsedMs(utterance) });
    case 'audio':
      return sound(draft, output.audio, utterance);
    case 'failed':
      reject(draft, translationMistakes.translatorFailed());
      return goOn(draft);
    case 'end':
      return goOn(draft);
    default:
      return output satisfies never;
  }
}

function goOn(draft: Draft): void {
  draft.session = { ...draft.session, utterances: draft.session.utterances.slice(1) };
  translateFirst(draft);
}

/** Sound in deltas of at most 400 ms. */
function sound(draft: Draft, audio: Uint8Array, utterance: Utterance): void {
  for (let from = 0; from < audio.byteLength; from += longestDeltaBytes) {
    // 'session.output_audio.delta': the shell writes the sound as text.
    draft.effects.push({
      do: 'emit-audio',
      eventId: mintEventId(draft),
      audio: audio.subarray(from, from + longestDeltaBytes),
      elapsedMs: elapsedMs(utterance),
    });
  }
}

/**
 * Where in the input the events of an utterance belong: its end, in whole steps. It does not depend on how much audio has
 * come since, so that the same audio gives the same events however fast it is sent.
 */
function elapsedMs({ endTick }: Utterance): number {
  return Math.floor(ticksToMs(endTick) / elapsedStepMs) * elapsedStepMs;
}
