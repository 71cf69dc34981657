import type { Sound } from '../contract.ts';
import { soundPieces } from '../sound-pieces.ts';
import type { SpeakOptions, Synthesizer } from '../synthesizer.ts';
import type { Answer } from './answer.ts';
import { withExtra } from './chat-request.ts';
import { endpoint } from './endpoint.ts';
import type { EndpointOptions, Warmable } from './options.ts';
import { speechSound } from './speech-sound.ts';

/** Where the synthesizer is, what its voices are called, and in what form its sound comes. */
export interface OpenaiSynthesizerOptions extends EndpointOptions {
  /** The endpoint's voices by the API's names: `{ marin: 'af_heart' }`. Default none. */
  readonly voices?: Readonly<Record<string, string>>;
  /** The endpoint's voice for names that `voices` does not know. Default: the name itself. */
  readonly voice?: string;
  /** `pcm`: 16-bit samples and nothing else. `wav`: a file that tells its rate. What comes back decides. Default `pcm`. */
  readonly responseFormat?: 'pcm' | 'wav';
  /** The rate of `pcm` in hertz, if the answer does not say it. Default 24 000. */
  readonly sampleRate?: number;
  /** `sse`: sound comes as events with base64. Default `audio`: as bytes. */
  readonly streamFormat?: 'audio' | 'sse';
  /** How to speak, for models that take instructions. Default none. */
  readonly instructions?: string;
  /** Further fields of every request's body. They win; null leaves a field out. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

const defaultRate = 24_000;

/**
 * A synthesizer behind an API of OpenAI's shape: `POST /audio/speech`, its sound as it comes. Throws an `EngineError`
 * that says what to do if the endpoint is down, slow or wrong. Throws a TypeError for a bad base URL.
 */
export function openaiSynthesizer(options: OpenaiSynthesizerOptions): Synthesizer & Warmable {
  const server = endpoint('synthesizer', options);
  const rate = options.sampleRate ?? defaultRate;

  async function* read(answer: Answer): AsyncGenerator<Sound, void> {
    for await (const sound of speechSound(answer, rate)) yield* soundPieces(sound);
  }

  return {
    silenceMs: Number.POSITIVE_INFINITY,
    warm: server.warm,
    async *speak(text, speakOptions) {
      if (!isPronounceable(text)) return;
      const ask = { path: '/audio/speech', body: bodyOf(text, speakOptions, options), accept: 'audio/*, */*' };
      yield* server.ask(ask, read, speakOptions.signal);
    },
  };
}

function bodyOf(text: string, { voice, speed }: SpeakOptions, options: OpenaiSynthesizerOptions): object {
  const { model, voices = {}, responseFormat = 'pcm', streamFormat, instructions, extra = {} } = options;
  return withExtra(
    {
      model,
      input: text,
      voice: Object.hasOwn(voices, voice) ? voices[voice] : (options.voice ?? voice),
      response_format: responseFormat,
      // Not every model knows these; none needs to be told what is usual.
      ...(speed === 1 ? {} : { speed }),
      ...(instructions === undefined ? {} : { instructions }),
      ...(streamFormat === 'sse' ? { stream_format: streamFormat } : {}),
    },
    extra,
  );
}

/** Servers answer a lone comma with an error, or with noise. */
function isPronounceable(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}
