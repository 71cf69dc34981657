import type { TranscriberOutput } from '../../core/transcription/transcriber-output.ts';
import type { Utterance } from '../contract.ts';
import { EngineError, type Transcriber } from '../parts.ts';
import type { Answer } from './answer.ts';
import { endpoint } from './endpoint.ts';
import type { EndpointOptions, Warmable } from './options.ts';
import { streamedWords } from './transcript-stream.ts';
import { plainWords, wholeWords } from './transcript-whole.ts';
import { wavOf } from './wav-of.ts';

/** Where the transcriber is, what it is told about the speech, and in what form it answers. */
export interface OpenaiTranscriberOptions extends EndpointOptions {
  /** Where transcriptions are made, after the base URL. Default `/audio/transcriptions`; `/inference` at whisper.cpp. */
  readonly path?: string;
  /** The language spoken, as ISO-639-1, if the session names none. Default: the model's guess. */
  readonly language?: string;
  /** Words that are likely, if the session gives no prompt. Default none. */
  readonly prompt?: string;
  /**
   * The shape of the answer. `verbose_json` and `diarized_json` bring segments, the latter with their speakers. Default
   * `json`.
   */
  readonly responseFormat?: 'json' | 'text' | 'verbose_json' | 'diarized_json';
  /** Asks for the transcript piece by piece. A server that sends them all at once works, too. Default false. */
  readonly stream?: boolean;
  /** Asks for the probability of each token. Default false. */
  readonly logprobs?: boolean;
  /** The rate of the sound that is sent, in hertz. Default 16 000, which is what speech models listen at. */
  readonly sampleRate?: number;
  /** Further fields of the form, such as `temperature`; a list is sent as several fields of that name. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

const defaultRate = 16_000;

/**
 * A transcriber behind an API of OpenAI's shape: sends each utterance as a WAV file. Serves sessions whatever model they
 * name, with the model of its options. Keywords go into the prompt, since the API has no field for them. Throws an
 * `EngineError` that says what to do if the endpoint is down, slow or wrong. Throws a TypeError for a bad base URL.
 */
export function openaiTranscriber(options: OpenaiTranscriberOptions): Transcriber & Warmable {
  const server = endpoint('transcriber', options);
  const { path = '/audio/transcriptions', responseFormat } = options;

  async function* read(answer: Answer): AsyncGenerator<TranscriberOutput, void> {
    if (answer.contentType.includes('event-stream')) yield* streamedWords(answer);
    else if (responseFormat === 'text' && !answer.contentType.includes('json')) yield* plainWords(answer);
    else yield* wholeWords(answer);
  }

  return {
    silenceMs: Number.POSITIVE_INFINITY,
    warm: server.warm,
    async *transcribe(utterance, signal) {
      const body = formOf(utterance, options);
      yield* server.ask({ path, body, accept: 'application/json, text/event-stream, text/plain' }, read, signal);
    },
  };
}

function formOf(utterance: Utterance, options: OpenaiTranscriberOptions): FormData {
  const { sound } = utterance;
  if (sound === null) {
    const message = 'The sound of this item is no longer kept, so that it cannot be put into words.';
    throw new EngineError('audio_unavailable', message);
  }
  const { model, responseFormat = 'json', sampleRate = defaultRate, extra = {} } = options;
  const form = new FormData();
  const fields: Record<string, unknown> = {
    model,
    language: languageOf(utterance) ?? options.language,
    prompt: promptOf(utterance) ?? options.prompt,
    response_format: responseFormat,
    stream: options.stream === true ? true : undefined,
    'include[]': options.logprobs === true ? 'logprobs' : undefined,
    // A server cuts long sound itself; the one that tells speakers apart insists on being told so.
    chunking_strategy: responseFormat === 'diarized_json' ? 'auto' : undefined,
    ...extra,
  };
  for (const [name, value] of Object.entries(fields)) appendField(form, name, value);
  form.set('file', new Blob([new Uint8Array(wavOf(sound, sampleRate))], { type: 'audio/wav' }), 'speech.wav');
  return form;
}

function appendField(form: FormData, name: string, value: unknown): void {
  if (value === undefined || value === null) return;
  for (const each of Array.isArray(value) ? value : [value]) {
    form.append(name, typeof each === 'object' ? JSON.stringify(each) : String(each));
  }
}

/** The API takes one language, so that of several none can be named. */
function languageOf({ language, languages }: Utterance): string | null {
  return language ?? (languages?.length === 1 ? (languages[0] ?? null) : null);
}

function promptOf({ prompt, keywords }: Utterance): string | null {
  const parts = [prompt ?? '', keywords?.join(', ') ?? ''].filter((part) => part !== '');
  return parts.length === 0 ? null : parts.join(' ');
}
