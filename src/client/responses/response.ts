import type { Response, ResponseCreateParams } from '../../protocol/events/index.ts';
import type { AnyServerEvent } from '../events/server-event.ts';

/** What to do when a response of the conversation is in progress, or about to start because the user spoke. */
export type WhenBusy = 'wait' | 'cancel' | 'fail';

/** What this response does differently from its session, and how to ask for it. */
export interface RespondOptions extends ResponseCreateParams {
  /**
   * `wait` (default): asks once the other one is done. `cancel`: cancels it first. `fail`: gives up at once, code `busy`.
   * Responses with `conversation: 'none'` run beside all others and never wait.
   */
  readonly whenBusy?: WhenBusy;
  /**
   * Ids of items that this is asked for the sake of, such as what tools gave. Where another response of the conversation
   * begins first that has all of them in its context (the server's own answer to what the user said meanwhile), none is
   * asked for any more: `done` resolves as after `cancel()`. Default: asks in any case.
   */
  readonly answers?: readonly string[];
  /** Aborting is the same as `cancel()`. */
  readonly signal?: AbortSignal;
  /** Time that the server has to begin the response once asked, in milliseconds. Default: the session's `requestTimeoutMs`. */
  readonly timeoutMs?: number;
}

/**
 * A response that was asked for.
 *
 * `text` and `transcript` may be read by any number of loops, at any time, each from the beginning. `audio` and `events`
 * are not kept for later: they are for one loop, and hold what came since the property was first read. Take them right
 * after `respond()`, before anything is awaited, and nothing is missed. All of them end when the response does, and throw
 * where `done` rejects.
 */
export interface ResponseHandle {
  /** The server's id; null until it began. */
  readonly id: string | null;
  /** Pieces of the text that the model writes. */
  readonly text: AsyncIterable<string>;
  /** Pieces of the transcript of what the model speaks. */
  readonly transcript: AsyncIterable<string>;
  /** Sound in the session's output format, as bytes. */
  readonly audio: AsyncIterable<Uint8Array>;
  /** Every event of this response. */
  readonly events: AsyncIterable<AnyServerEvent>;
  /** Resolves when the server has begun. Rejects as `done` does, or when the response was cancelled before that. */
  readonly created: Promise<Response>;
  /**
   * The response as it ended: `status` tells how, be it `completed`, `incomplete`, `cancelled` or `failed`. Rejects only
   * where there is no response: with a `RealtimeError` when the server refused to begin, with a `ClientError` when the
   * connection went, nothing came in time, or `whenBusy` is `fail`.
   */
  readonly done: Promise<Response>;
  /**
   * Stops it, and resolves as `done` does. A response that had not been asked for yet never is: `done` then resolves
   * with one made here, `cancelled`, without an id or output.
   */
  cancel(): Promise<Response>;
}
