import type { Model, ModelSession, Spoken, Turn } from '../contract.ts';
import type { LanguageModel, LanguageOutput } from '../parts.ts';
import { sileroVad } from '../silero/vad.ts';
import { longestSilenceMs, realAlarms, withinTime } from '../within-time.ts';
import { sayAnswer } from './answer.ts';
import { speakClauses, writeText } from './clause-speech.ts';
import type { MayWarm, PipelineOptions } from './options.ts';
import { type PreemptiveGeneration, preemptiveGeneration } from './preemptive-generation.ts';
import { type PreemptiveTranscript, preemptiveTranscript } from './preemptive-transcript.ts';
import { questionOf } from './question.ts';
import { untilAborted } from './until-aborted.ts';

/**
 * A model made of engines: a transcriber turns speech into text, a language model answers, a synthesizer speaks the
 * answer clause by clause. What an engine throws ends the response, or the transcription, and not the session.
 */
export function pipelineModel(options: PipelineOptions): Model {
  return { open: () => openSession({ ...options, languageModel: patient(options) }) };
}

/** The language model, each of its pieces within its time. */
function patient({ languageModel, alarms = realAlarms }: PipelineOptions): PipelineOptions['languageModel'] {
  const { silenceMs = longestSilenceMs } = languageModel;
  const warm = languageModel.warm?.bind(languageModel);
  return {
    ...(warm === undefined ? {} : { warm }),
    answer: (question, signal) =>
      withinTime((until) => languageModel.answer(question, until), {
        signal,
        silenceMs,
        alarms,
        who: 'The language model',
      }),
  };
}

function openSession(options: PipelineOptions): ModelSession {
  const { transcriber, languageModel, endOfTurn, reasons, contextTokens, instructionTokens } = options;
  const open = new AbortController();
  const warm = (...engines: readonly MayWarm[]): void => {
    for (const engine of engines) void engine.warm?.(open.signal);
  };
  const hear = (): void => warm(languageModel, options.synthesizer);
  warm(transcriber, languageModel, options.synthesizer);
  const generation =
    options.earlyGeneration === true ? preemptiveGeneration(languageModel, (turn) => questionOf(turn, options)) : null;
  const transcript = transcriptOf(options, generation);
  return {
    transcribesFirst: options.transcribesFirst ?? true,
    vad: options.vad ?? sileroVad,
    silenceMs: { response: Number.POSITIVE_INFINITY, words: transcriber.silenceMs ?? longestSilenceMs },
    ...(endOfTurn === undefined ? {} : { endOfTurn }),
    ...(reasons === undefined ? {} : { reasons }),
    ...(contextTokens === undefined ? {} : { contextTokens }),
    ...(instructionTokens === undefined ? {} : { instructionTokens }),
    respond: (turn, signal) => respond(turn, options, generation, signal),
    transcribe(utterance, signal) {
      hear();
      return untilAborted((transcript ?? transcriber).transcribe(utterance, signal), signal);
    },
    ...streaming(options, generation, hear),
    ...preempting(generation, transcript),
    close() {
      open.abort();
      generation?.drop();
      transcript?.drop();
    },
  };
}

/** The words of a turn that may be over are asked for where nobody follows them. */
function transcriptOf(
  { transcriber, earlyGeneration = false, earlyTranscription = earlyGeneration }: PipelineOptions,
  generation: PreemptiveGeneration | null,
): PreemptiveTranscript | null {
  if (!earlyTranscription || transcriber.transcribeStream !== undefined) return null;
  return preemptiveTranscript(transcriber, (itemId, words) => generation?.know(itemId, words));
}

function preempting(
  generation: PreemptiveGeneration | null,
  transcript: PreemptiveTranscript | null,
): Pick<ModelSession, 'preempt'> {
  if (generation === null && transcript === null) return {};
  return {
    preempt(turn, doubt) {
      // First: what was heard of this speech before is not all of it.
      transcript?.begin(turn, doubt);
      generation?.preempt(turn, doubt);
    },
  };
}

/** Speech is followed where the transcriber can. */
function streaming(
  { transcriber }: PipelineOptions,
  generation: PreemptiveGeneration | null,
  hear: () => void,
): Pick<ModelSession, 'transcribeStream'> {
  const stream = transcriber.transcribeStream?.bind(transcriber);
  if (stream === undefined) return {};
  return {
    transcribeStream(speech, signal) {
      hear();
      const words = untilAborted(stream(speech, signal), signal);
      return generation?.hear(speech.itemId, words) ?? words;
    },
  };
}

function respond(
  turn: Turn,
  options: PipelineOptions,
  generation: PreemptiveGeneration | null,
  signal: AbortSignal,
): AsyncIterable<Spoken> {
  const { languageModel, synthesizer, voices = {}, clausesAhead = 2, toolRounds = 8, alarms = realAlarms } = options;
  const voice = voices[turn.voice] ?? turn.voice;
  const speaking = { synthesizer, voice, speed: turn.speed, clausesAhead, voices: turn.voices, alarms };
  const say = (answer: AsyncIterable<LanguageOutput>, until: AbortSignal): AsyncIterable<Spoken> =>
    turn.modality === 'text' ? writeText(answer, until) : speakClauses(answer, speaking, until);
  const ask: LanguageModel['answer'] = (question, until) =>
    generation?.take(question, until) ?? languageModel.answer(question, until);
  return sayAnswer({ turn, question: questionOf(turn, options), ask, say, toolRounds }, signal);
}
