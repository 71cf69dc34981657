import type { Sound } from './contract.ts';

/** How a text is spoken, and what stops it. */
export interface SpeakOptions {
  /** Stops the speech at once. */
  readonly signal: AbortSignal;
  /** A voice by the API's names ("marin"); a synthesizer falls back to one of its own if it knows no such name. */
  readonly voice: string;
  /** 1 is the voice's own pace. */
  readonly speed: number;
}

/** Turns text into speech. */
export interface Synthesizer {
  /** The longest that it may be silent before its response fails, in ms; Infinity: it keeps time by itself. Default 60 000. */
  readonly silenceMs?: number;
  /**
   * The sound of a text, in pieces of at most 100 ms as they come, at any one rate. Text without anything to pronounce
   * has no sound. Throws if the speech cannot be made; ends early, without a throw, if the signal aborts. Calls
   * may overlap: a pipeline has the next clause made while the one before is said.
   */
  speak(text: string, options: SpeakOptions): AsyncIterable<Sound>;
}
