import type { ResponseRequest } from '../core/response/model-input.ts';
import type { ModelOutput } from '../core/response/model-output.ts';
import type { TranscriberOutput } from '../core/transcription/transcriber-output.ts';
import type { Sound, StreamingUtterance, Utterance } from './contract.ts';

/**
 * Makes a transcript of speech. Yields deltas and segments, then `completed` or `failed`; a return without either means completed with
 * what the deltas said. A throw becomes `conversation.item.input_audio_transcription.failed` with the error's message
 * when it is an `EngineError`, and the session goes on. Stops at once when `signal` aborts.
 */
export interface Transcriber {
  /** The longest that it may be silent before it is given up, in ms; Infinity: it keeps time by itself. Default 60 000. */
  readonly silenceMs?: number;
  /** One committed utterance. */
  transcribe(utterance: Utterance, signal: AbortSignal): AsyncIterable<TranscriberOutput>;
  /** A transcript while the user speaks. Absent: it takes whole utterances only. `signal` aborts when the speech is discarded. */
  transcribeStream?(speech: StreamingUtterance, signal: AbortSignal): AsyncIterable<TranscriberOutput>;
}

/** What a language model is asked: the part of a response request that is about text. */
export interface Question
  extends Pick<
    ResponseRequest,
    | 'instructions'
    | 'items'
    | 'tools'
    | 'mcpTools'
    | 'toolChoice'
    | 'maxOutputTokens'
    | 'prompt'
    | 'reasoning'
    | 'parallelToolCalls'
    | 'inputFormat'
  > {
  /** The audio kept for an item, for models that take sound; null if there is none. */
  sound(itemId: string): Sound | null;
}

/** What a language model says: a response's pieces without sound. */
export type LanguageOutput = Exclude<ModelOutput, { readonly type: 'audio' | 'message_end' }>;

/**
 * Streams text and tool calls. Ends with `end`, `incomplete` or `failed`; running dry counts as `end`, a throw as failed.
 * Reasoning is not text: it never comes out. Stops at once when `signal` aborts. Several questions may be under way at
 * the same time.
 */
export interface LanguageModel {
  /** The longest that it may be silent before its response fails, in ms; Infinity: it keeps time by itself. Default 60 000. */
  readonly silenceMs?: number;
  answer(question: Question, signal: AbortSignal): AsyncIterable<LanguageOutput>;
}

/** What else an engine's failure tells. */
export interface EngineErrorOptions extends ErrorOptions {
  /**
   * What the server's log says instead of the message, if that quotes others: they may say what the user said. Default:
   * the message.
   */
  readonly logged?: string;
}

/**
 * An engine's failure that a client may read about: `code` and `message` reach the wire (`response.done` with status
 * failed, `input_audio_transcription.failed`). Say what failed and what the operator can do; never put keys in it.
 */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: string;
  /** What the log says of it. */
  readonly logged: string;

  constructor(code: string, message: string, options: EngineErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.logged = options.logged ?? message;
  }
}
