import { EngineError, type EngineErrorOptions } from '../parts.ts';

/**
 * What can go wrong with an endpoint. `engine_unavailable`: not there, or broken. `engine_timeout`: too slow.
 * `engine_rate_limited`: asked too often. `engine_rejected`: it does not want this request. `engine_bad_answer`: what it
 * says is no answer.
 */
export type FailureCode =
  | 'engine_unavailable'
  | 'engine_timeout'
  | 'engine_rate_limited'
  | 'engine_rejected'
  | 'engine_bad_answer';

/** Who failed: "language model at localhost:11434". */
export interface Place {
  readonly role: string;
  readonly host: string;
}

/** Whether another try may help: never, after a pause of the caller's choice, or after so many milliseconds. */
export type Retry = 'never' | 'soon' | { readonly afterMs: number };

/** An endpoint's failure, and whether to try again. */
export class EndpointError extends EngineError {
  readonly retry: Retry;

  constructor(code: FailureCode, message: string, retry: Retry, options?: EngineErrorOptions) {
    super(code, message, options);
    this.retry = retry;
  }
}

/** The connection could not be made, or broke. */
export function unreachable({ role, host }: Place, cause: unknown): EndpointError {
  const reason = reasonOf(cause);
  const message = `The ${role} at ${host} cannot be reached (${reason}). Check that it is running and that its base URL is right.`;
  return new EndpointError('engine_unavailable', message, 'soon', { cause });
}

/** The connection broke in the midst of an answer. */
export function cutShort({ role, host }: Place, cause?: unknown): EndpointError {
  const message = `The ${role} at ${host} broke off in the midst of its answer. Its own log may say why.`;
  return new EndpointError('engine_unavailable', message, 'soon', { cause });
}

/** Nothing came for so long. */
export function tooSlow({ role, host }: Place, what: string, ms: number): EndpointError {
  const message = `The ${role} at ${host} ${what} within ${seconds(ms)}. It may be overloaded or still loading its model; timeoutMs allows for more.`;
  return new EndpointError('engine_timeout', message, 'never');
}

/** What came is no answer. `what` goes on a sentence: "sent a web page". */
export function badAnswer({ role, host }: Place, what: string, cause?: unknown): EndpointError {
  const message = `The ${role} at ${host} ${what}. Check that its base URL leads to an API of the OpenAI shape.`;
  return new EndpointError('engine_bad_answer', message, 'never', { cause });
}

/** 500 ms as "0.5 s". */
function seconds(ms: number): string {
  return `${ms / 1000} s`;
}

/** The system's own word for it, as "ECONNREFUSED", where there is one. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'the connection failed';
  if ('code' in cause && typeof cause.code === 'string') return cause.code;
  if (cause.cause !== undefined) return reasonOf(cause.cause);
  return cause.message === '' ? 'the connection failed' : cause.message.slice(0, 100);
}
