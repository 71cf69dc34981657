import { audioFormats } from '../audio/node/index.ts';
import type { ContextItem } from '../core/response/model-input.ts';
import type { TranscriberOutput } from '../core/transcription/transcriber-output.ts';
import type {
  Model,
  Paced,
  Pieces,
  Sound,
  SourceSpeech,
  Spoken,
  Translated,
  Turn,
  Utterance,
  Vad,
} from './contract.ts';
import { espeakVoice, findEspeak } from './espeak.ts';
import { sileroVad } from './silero/vad.ts';
import { soundPieces } from './sound-pieces.ts';
import { speakInTurn } from './speak-in-turn.ts';
import { stretchesOf } from './stretches.ts';
import type { Synthesizer } from './synthesizer.ts';
import { tonesOf } from './tone-speech.ts';
import { unitsOf } from './units.ts';

/** What to answer, before it is known how it will be said. */
type Answer =
  | { readonly kind: 'playback'; readonly sound: Sound; readonly words: string | null }
  | { readonly kind: 'words'; readonly words: string };

/** What speaks for the echo, and what detects when someone speaks. */
export interface EchoOptions {
  /** What speaks typed text. Default espeak-ng if that is installed, else null: tones of 60 ms a character. */
  readonly voice?: Synthesizer | null;
  /** Hears when someone speaks. Default: Silero. */
  readonly vad?: Vad;
}

/** A model that says back what was said: speech as it was, typed text and tool outputs as text. It does not transcribe. */
export function echoModel(options: EchoOptions = {}): Model {
  const voice = options.voice === undefined ? installedVoice() : options.voice;
  return {
    open: () => ({
      transcribesFirst: true,
      vad: options.vad ?? sileroVad,
      silenceMs: { response: Number.POSITIVE_INFINITY },
      respond: (turn, signal) => respond(answerTo(turn), turn, voice, signal),
      transcribe,
      translate,
      close: () => {},
    }),
  };
}

function installedVoice(): Synthesizer | null {
  const program = findEspeak();
  return program === null ? null : espeakVoice({ program });
}

function* transcribe({ audioMs }: Utterance): Generator<TranscriberOutput, void> {
  yield { type: 'completed', transcript: '', usage: { type: 'duration', seconds: audioMs / 1000 } };
}

/** Speech comes back as it was: the one translation that needs no words. */
function translate({ sound }: SourceSpeech, signal: AbortSignal): Iterable<Translated> {
  return piecesOf(sound, signal);
}

/** Answers the newest item that asks for one: a tool's output or something the user said or typed. */
function answerTo(turn: Turn): Answer {
  const newest = turn.items.findLast(({ item }) => item.type === 'function_call_output' || isUserMessage(item));
  if (newest === undefined) return { kind: 'words', words: 'Hello. What you say or type comes back to you.' };
  const { item, words } = newest;
  if (item.type === 'function_call_output') return { kind: 'words', words: `The tool answered: ${item.output}` };
  const sound = item.id === undefined ? null : turn.sound(item.id);
  if (sound !== null && sound.samples.length > 0) return { kind: 'playback', sound, words };
  return { kind: 'words', words: words === null || words === '' ? 'There were no words to repeat.' : youSaid(words) };
}

function isUserMessage(item: ContextItem['item']): boolean {
  return item.type === 'message' && item.role === 'user';
}

function youSaid(words: string): string {
  return `You said: ${words}`;
}

function respond(answer: Answer, turn: Turn, voice: Synthesizer | null, signal: AbortSignal): Pieces<Spoken> {
  if (turn.modality === 'text') return write(inWords(answer), signal);
  if (answer.kind === 'playback') return playBack(answer.sound, answer.words, signal);
  return voice === null ? sing(answer.words, turn, signal) : say(answer.words, turn, voice, signal);
}

/** What a text response says of an answer: speech without words is told by its length. */
function inWords(answer: Answer): string {
  if (answer.kind === 'words') return answer.words;
  if (answer.words !== null && answer.words !== '') return youSaid(answer.words);
  const { samples, sampleRate } = answer.sound;
  return `I heard ${(samples.length / sampleRate).toFixed(1)} seconds of speech.`;
}

function* write(text: string, signal: AbortSignal): Generator<Paced<Spoken>, void> {
  for (const word of unitsOf(text, 'word')) {
    if (signal.aborted) return;
    yield { type: 'text', text: word };
  }
  yield* close;
}

function* playBack(sound: Sound, words: string | null, signal: AbortSignal): Generator<Paced<Spoken>, void> {
  if (words !== null && words !== '') yield { type: 'text', text: words };
  yield* piecesOf(sound, signal);
  if (!signal.aborted) yield* close;
}

function* piecesOf(sound: Sound, signal: AbortSignal): Generator<{ readonly type: 'sound' } & Sound> {
  for (const piece of soundPieces(sound)) {
    if (signal.aborted) return;
    yield { type: 'sound', ...piece };
  }
}

/** Each word, then its tones. */
function* sing(text: string, { format }: Turn, signal: AbortSignal): Generator<Paced<Spoken>, void> {
  for (const word of unitsOf(text, 'word')) {
    if (signal.aborted) return;
    yield { type: 'text', text: word };
    for (const sound of tonesOf(word, audioFormats[format].sampleRate)) yield { type: 'sound', ...sound };
  }
  yield* close;
}

/** The transcript leads, since nobody knows which part of the sound belongs to which word. */
async function* say(
  text: string,
  turn: Turn,
  voice: Synthesizer,
  signal: AbortSignal,
): AsyncGenerator<Paced<Spoken>, void> {
  for (const word of unitsOf(text, 'word')) {
    if (signal.aborted) return;
    yield { type: 'text', text: word };
  }
  for await (const sound of soundOf(text, turn, voice, signal)) {
    if (signal.aborted) return;
    yield { type: 'sound', ...sound };
  }
  if (!signal.aborted) yield* close;
}

/** One stretch after the other, each made as it is reached. */
async function* soundOf(
  text: string,
  { voice: name, speed, voices }: Turn,
  voice: Synthesizer,
  signal: AbortSignal,
): AsyncGenerator<Sound, void> {
  for (const stretch of stretchesOf(text)) {
    yield* speakInTurn(voice, stretch, { signal, voice: name, speed }, { voices });
  }
}

const close: readonly Spoken[] = [{ type: 'message_end' }, { type: 'end' }];
