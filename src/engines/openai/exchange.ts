import { type Answer, answerOf, type Limit } from './answer.ts';
import { EndpointError, type Place, tooSlow, unreachable } from './failure.ts';
import { refused } from './refusal.ts';
import type { Timing } from './timing.ts';

/** A request as `fetch` takes it, and what must not be told of it. */
export interface HttpRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: FormData | string | null;
  readonly secrets: readonly string[];
}

/** One request and the terms on which it is made. */
export interface Exchange {
  readonly request: HttpRequest;
  readonly place: Place;
  readonly timing: Timing;
  readonly timeoutMs: number;
  readonly idleMs: number;
  readonly totalMs: number;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
}

/**
 * Makes one request and gives what `read` makes of its answer. Whatever ends it, the connection is free or closed by
 * then. Throws an `EndpointError`, or the signal's reason.
 */
export async function* exchange<T>(
  terms: Exchange,
  read: (answer: Answer) => AsyncIterable<T>,
): AsyncGenerator<T, void> {
  const { place, timing, signal } = terms;
  const controller = new AbortController();
  const stop = (): void => controller.abort(signal.reason);
  const limit: Limit = (ms, what) => timing.after(ms, () => controller.abort(tooSlow(place, what, ms)));
  signal.addEventListener('abort', stop, { once: true });
  const cancelTotal = limit(terms.totalMs, 'did not finish its answer');
  try {
    signal.throwIfAborted();
    const response = await begin(terms, controller.signal, limit);
    const answer = answerOf(response, { place, timing, idleMs: terms.idleMs, limit, secrets: terms.request.secrets });
    if (!response.ok) {
      const { status, headers } = response;
      throw refused(place, { status, headers, body: await answer.excerpt(), secrets: terms.request.secrets });
    }
    yield* read(answer);
  } catch (cause) {
    throw controller.signal.aborted ? controller.signal.reason : cause;
  } finally {
    cancelTotal();
    signal.removeEventListener('abort', stop);
    // Closes a connection whose answer was not read to its end; one that was stays open for the next request.
    controller.abort();
  }
}

async function begin(
  { request, place, fetch, timeoutMs }: Exchange,
  signal: AbortSignal,
  limit: Limit,
): Promise<Response> {
  const { url, method, headers, body } = request;
  const cancel = limit(timeoutMs, 'did not begin to answer');
  try {
    return await fetch(url, { method, headers, body, signal, redirect: 'manual' });
  } catch (cause) {
    throw cause instanceof EndpointError ? cause : unreachable(place, cause);
  } finally {
    cancel();
  }
}
