import type { Timing } from './timing.ts';

/** Where an API is reached, and how long to wait for it. */
export interface EndpointOptions {
  /** The model, by the name that the endpoint knows it by. */
  readonly model: string;
  /**
   * Where the API begins, its version included: `http://localhost:11434/v1`. A query stays with every request. Default
   * https://api.openai.com/v1.
   */
  readonly baseUrl?: string;
  /**
   * Sent as a bearer token; a function is asked before every request. Default none: no variable of the environment is
   * read here. A key appears in no error and no log.
   */
  readonly apiKey?: string | (() => string | undefined);
  /** Further headers of every request; one that is given here wins over the engine's own. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Longest wait for the beginning of an answer. Default 30 000 ms. */
  readonly timeoutMs?: number;
  /** Longest pause in the midst of an answer, and longest wait for all of one that is not streamed. Default `timeoutMs`. */
  readonly idleTimeoutMs?: number;
  /** The longest that one answer may take, however lively it drips. Default 600 000 ms. */
  readonly totalTimeoutMs?: number;
  /**
   * How often a request is made again after status 429, 500, 502, 503 or 504 or a broken connection, as long as nothing
   * of its answer has been passed on. Default 2.
   */
  readonly retries?: number;
  /** Default: the platform's own. */
  readonly fetch?: typeof fetch;
  /** What measures the waits and scatters the retries. Default: real time and real chance. */
  readonly timing?: Timing;
}

/** What every engine of an endpoint can do. */
export interface Warmable {
  /**
   * Opens a connection by a cheap request (`GET /models`), so that the next real one need not wait for it. Never throws;
   * whether it worked shows later. Connections that lie idle are closed after some seconds (4 by default in Node), so
   * call it when a session begins and again when its user begins to speak.
   */
  warm(signal?: AbortSignal): Promise<void>;
}
