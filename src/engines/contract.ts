import type { EndOfTurn } from '../core/input-audio/end-of-turn.ts';
import type { ResponseRequest } from '../core/response/model-input.ts';
import type { ModelOutput } from '../core/response/model-output.ts';
import type { TranscriptionRequest } from '../core/transcription/transcriber-input.ts';
import type { TranscriberOutput } from '../core/transcription/transcriber-output.ts';
import type { TranslationRequest } from '../core/translation/effect.ts';
import type { TranslatorOutput } from '../core/translation/input.ts';
import type { McpCall } from '../protocol/types.ts';

/** 16-bit mono samples at a rate in hertz. */
export interface Sound {
  readonly samples: Int16Array;
  readonly sampleRate: number;
}

/**
 * What an engine yields while it works. `wait` asks for a pause of so many milliseconds on the session's clock before
 * the next piece is taken (virtual in tests); an engine never reads a clock of its own.
 */
export type Paced<T> = T | { readonly type: 'wait'; readonly ms: number };

/**
 * A source of pieces, pulled one at a time. A plain iterable is drained at once, in the same turn of the event loop as
 * what caused it as far as 8 ms of work go, which makes scripted models deterministic; the reader stops pulling while the
 * client reads slowly.
 */
export type Pieces<T> = Iterable<Paced<T>> | AsyncIterable<Paced<T>>;

/** A model's output with sound as samples of any rate; the session's runner brings it to the response's output format. */
export type Spoken = Exclude<ModelOutput, { readonly type: 'audio' }> | ({ readonly type: 'sound' } & Sound);

/** Where texts that are to be spoken wait while as many are being spoken as the server lets. */
export interface VoiceQueue {
  /** Resolves when the voice may begin, with what it calls once it is through; with null if `signal` aborts before. */
  take(signal: AbortSignal): Promise<(() => void) | null>;
}

/** A response request together with the audio that its items hold. */
export interface Turn extends ResponseRequest {
  /** The audio kept for an item of `items`; null if there is none (typed items, or audio past the session's cap). */
  sound(itemId: string): Sound | null;
  /** The calls of MCP tools that this response has made so far, in order, with what came of them. Grows at `call_end`. */
  mcpCalls(): readonly McpCall[];
  /** Where its voices wait for their turn (`speakInTurn`). Absent: they need not. */
  readonly voices?: VoiceQueue;
}

/** A turn that has not ended yet: the newest item is the speech so far, whose transcript only the model may know. */
export type PreemptiveTurn = Omit<Turn, 'responseId' | 'mcpCalls' | 'voices'>;

/** A committed stretch of user speech together with its audio. */
export interface Utterance extends TranscriptionRequest {
  readonly sound: Sound | null;
}

/** Speech that still goes on: what is known of it at its start, and its sound as it comes. */
export interface StreamingUtterance extends Omit<TranscriptionRequest, 'audioMs'> {
  /**
   * In order, without gaps, from the first sample that the item will hold; ends when the turn is committed, or the
   * speech is discarded.
   */
  readonly sound: AsyncIterable<Sound>;
}

/** A stretch of speech to be put into another language, together with its audio. */
export interface SourceSpeech extends TranslationRequest {
  readonly sound: Sound;
  /** Where its voice waits for its turn. Absent: it need not. */
  readonly voices?: VoiceQueue;
}

/** What a translation is made of: the transcript, its translation, and the sound of that, of any rate. */
export type Translated =
  | Extract<TranslatorOutput, { readonly type: 'input_text' | 'output_text' }>
  | ({ readonly type: 'sound' } & Sound);

/** A vad, opened for one session. Synchronous and clock-free. */
export interface VadSession {
  /** Samples that one call of `probability` takes. */
  readonly windowSamples: number;
  /** How likely the window holds speech, 0 to 1. Windows come in order, without gaps; may keep no reference to it. */
  probability(window: Int16Array): number;
  /** Forget everything heard. */
  reset(): void;
}

/** Opens a `VadSession` for an input sample rate in hertz (24000 for PCM, 8000 for G.711). */
export type Vad = (sampleRate: number) => VadSession;

/** A model as one session uses it. Calls never overlap for the same item; responses may overlap (out-of-band ones). */
export interface ModelSession {
  /** Ids and obfuscation come from this seed, but not the id of the session; absent means random. */
  readonly seed?: number;
  /**
   * True if a response to speech needs its transcript first: then the transcription events of a committed item come
   * before `response.created`. False lets both run side by side.
   */
  readonly transcribesFirst: boolean;
  readonly vad: Vad;
  /** Decides when a turn is over under semantic_vad. Default: by the length of the silence and how finished the transcript looks. */
  readonly endOfTurn?: EndOfTurn;
  /**
   * The longest that a response (or translation), or a transcript, may be silent before it fails with
   * `engine_timeout`, in milliseconds. Counted while the next piece is waited for; for a transcript that follows speech, once that
   * has ended. Infinity: the model keeps time by itself. Default 60 000 each.
   */
  readonly silenceMs?: { readonly response?: number; readonly words?: number };
  /** False: sessions refuse `reasoning` and `parallel_tool_calls`, which are for models that reason. Default true. */
  readonly reasons?: boolean;
  /**
   * Tokens that the model can read before it answers: its window less its longest output, by the session's estimate (four
   * characters a token). What does not fit is dropped, oldest first. Default 28,672.
   */
  readonly contextTokens?: number;
  /** Most tokens that instructions and tools may have together, by the same estimate; more is refused. Default 16,384. */
  readonly instructionTokens?: number;
  /**
   * Answers a turn. Ends with `end`, `incomplete` or `failed`; running dry counts as `end`, a throw as `failed` with
   * code `server_error`. Stops at once when `signal` aborts.
   *
   * A call of a tool in `turn.mcpTools` is made by the server: after its `call_end` nothing is pulled until the call is
   * over, then `turn.mcpCalls().at(-1)` holds its output or error, and the model may say more in the same response. A
   * call that needs the client's approval ends the response instead; once it is approved, another response makes the
   * call and asks the model anew, with the call as the newest of `turn.items`. Calls of functions are the client's: the
   * response goes on, and their outputs come with a later turn.
   */
  respond(turn: Turn, signal: AbortSignal): Pieces<Spoken>;
  /**
   * Transcribes one committed item. Ends with `completed` or `failed`; a return without either counts as completed with what the
   * deltas said, a throw as `failed`.
   */
  transcribe(utterance: Utterance, signal: AbortSignal): Pieces<TranscriberOutput>;
  /**
   * A transcript while the user speaks: called when speech begins, instead of `transcribe` for that item. What it yields before
   * the commit is sent then if the session transcribes with a model that streams (behaviour §5), else kept until
   * the commit. Ends like `transcribe`. Absent: items are transcribed when they are committed, as is silence that is
   * committed without speech.
   */
  transcribeStream?(speech: StreamingUtterance, signal: AbortSignal): Pieces<TranscriberOutput>;
  /**
   * The user has paused, and the turn is likely to end: what `respond` would be asked then. A model may begin to think,
   * and use it when `respond` comes for the same context. `signal` aborts when the user goes on. Never throws.
   */
  preempt?(turn: PreemptiveTurn, signal: AbortSignal): void;
  /**
   * Translates one utterance of a translation session; running dry ends it. Utterances come in order, one at a time.
   * Absent: the model is not served to translation sessions. A throw becomes an `error` event, and the session goes on.
   */
  translate?(speech: SourceSpeech, signal: AbortSignal): Pieces<Translated>;
  /** The session is over; free what it holds. Never throws. */
  close(): void;
}

/** What a model table holds: opened once for each session. */
export interface Model {
  open(): ModelSession;
}
