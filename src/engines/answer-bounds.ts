import { EngineError } from './parts.ts';

/** The longest text of one answer or transcript, in UTF-16 units: eight times what the longest answers of models have. */
export const longestText = 1_000_000;
/** The longest arguments of one call. */
export const longestArguments = 1_000_000;
/** The most calls of one answer, and the most segments of one transcript. */
export const mostCalls = 128;
export const mostSegments = 10_000;

/** As far as a piece of an answer or a transcript can make it too long. */
interface Piece {
  readonly type: string;
  readonly text?: unknown;
  readonly delta?: unknown;
  readonly transcript?: unknown;
}

/** Counts what one answer holds, so that a model without end costs its own response and nothing else. */
export class AnswerBounds {
  readonly #who: string;
  #text = 0;
  #arguments = 0;
  #calls = 0;
  #segments = 0;

  /** `who` says too much, as a sentence begins: "The model". */
  constructor(who: string) {
    this.#who = who;
  }

  /** Takes note of the next piece. Throws an `EngineError` of code `engine_bad_answer` where it is too much. */
  count({ type, text, delta, transcript }: Piece): void {
    this.#text += lengthOf(text);
    if (type === 'segment') this.#segments++;
    if (type === 'call_start') {
      this.#calls++;
      this.#arguments = 0;
    }
    if (type === 'call_arguments') this.#arguments += lengthOf(delta);
    if (Math.max(this.#text, lengthOf(transcript)) > longestText) this.#refuse(`${longestText} characters`);
    if (this.#arguments > longestArguments) this.#refuse(`${longestArguments} characters of arguments in one call`);
    if (this.#calls > mostCalls) this.#refuse(`${mostCalls} calls in one answer`);
    if (this.#segments > mostSegments) this.#refuse(`${mostSegments} segments`);
  }

  #refuse(bound: string): never {
    throw new EngineError('engine_bad_answer', `${this.#who} gave more than ${bound}.`);
  }
}

function lengthOf(text: unknown): number {
  return typeof text === 'string' ? text.length : 0;
}
