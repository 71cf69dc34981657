import type { EndOfTurn } from '../../core/input-audio/end-of-turn.ts';
import type { Tool } from '../../protocol/types.ts';
import type { ModelSession, Vad } from '../contract.ts';
import type { LanguageModel, Transcriber } from '../parts.ts';
import type { Synthesizer } from '../synthesizer.ts';
import type { Alarms } from '../within-time.ts';

/** An engine behind a connection that can be opened before it is needed. */
export interface MayWarm {
  /** Called when a session begins, and when a turn is heard that it will have a part in. Never throws. */
  warm?(signal?: AbortSignal): Promise<void>;
}

/** The engines of a pipeline and how it uses them. */
export interface PipelineOptions extends Pick<ModelSession, 'reasons' | 'contextTokens' | 'instructionTokens'> {
  readonly transcriber: Transcriber & MayWarm;
  readonly languageModel: LanguageModel & MayWarm;
  readonly synthesizer: Synthesizer & MayWarm;
  /** Hears when someone speaks. Default: Silero. */
  readonly vad?: Vad;
  /** Decides when a turn is over under semantic_vad. Default: by silence and how finished the transcript looks. */
  readonly endOfTurn?: EndOfTurn;
  /** The synthesizer's voices by the API's names ("marin"). A name that is not here reaches the synthesizer as it is. */
  readonly voices?: Readonly<Record<string, string>>;
  /** Read before the instructions of every session. Default: none. */
  readonly instructions?: string;
  /** Functions offered with those of every session; a session's function of the same name wins. Default: none. */
  readonly tools?: readonly Tool[];
  /**
   * Asks the language model while the user pauses, with the transcript so far, and throws the answer away if the user
   * goes on or the transcript turns out otherwise. Gains the silence that ends a turn, costs answers that nobody hears.
   * Needs a transcriber with `transcribeStream`, or `earlyTranscription`. Default false.
   */
  readonly earlyGeneration?: boolean;
  /**
   * Transcribes the speech so far while the user pauses, and uses the transcript if the turn then ends. Gains up to half of the
   * silence that ends a turn, costs a request for every longer pause. Of no effect for a transcriber with `transcribeStream`.
   * Default: as `earlyGeneration`.
   */
  readonly earlyTranscription?: boolean;
  /**
   * False for a language model that takes sound: then a response need not wait for the transcript of the turn. Default true.
   */
  readonly transcribesFirst?: boolean;
  /** Clauses that are made while the one before them is sent. Default 2. */
  readonly clausesAhead?: number;
  /** What ends an engine that falls silent. Default: the machine's own clock. */
  readonly alarms?: Alarms;
  /** How often one response asks the language model again with what its calls of MCP tools brought. Default 8. */
  readonly toolRounds?: number;
}
