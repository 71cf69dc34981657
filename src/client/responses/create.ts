import type { ApiError, Response } from '../../protocol/events/index.ts';

/** Where a create's key stands in the response's metadata. Taken out before anybody sees it. */
export const metadataKey = 'antiphon_request';

/** What is known of a create from the start. */
export interface CreateFacts {
  /** Of the client event; also what the response's metadata carry. */
  readonly key: string;
  /** The metadata had room for the key. */
  readonly isKeyed: boolean;
  readonly outOfBand: boolean;
  /** Cancels the response that stands in its way. */
  readonly cancelsOthers: boolean;
  /** Its context is the conversation, and not one of its own. */
  readonly readsConversation: boolean;
  /** Items without which it would not be asked for; null if it is asked for in any case. */
  readonly answers: readonly string[] | null;
}

/** A `response.create` that wants to be sent. */
export interface Create {
  readonly facts: CreateFacts;
  /** Somebody waits for its response; else that is stopped as soon as it begins. */
  readonly isWanted: boolean;
  send(): void;
  /** `isCertain`: by its key; else by the order of events alone, which an error may yet prove wrong. */
  started(response: Response, isCertain: boolean): void;
  /** The server will not begin it. */
  refused(error: ApiError): void;
  /** Another response was faster. Says whether to send it again after that one. */
  wasBusy(): boolean;
  /** The response that it was taken to have started is another's, as this error tells. Says whether to send it again. */
  wasMistaken(error: ApiError): boolean;
  /** It is not wanted any more. */
  cancel(): unknown;
}
