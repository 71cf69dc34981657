import type { Answer } from './answer.ts';
import { exchange, type HttpRequest } from './exchange.ts';
import type { Place } from './failure.ts';
import { headersOf } from './headers.ts';
import type { EndpointOptions } from './options.ts';
import { withRetries } from './retries.ts';
import { realTiming } from './timing.ts';

/** What to ask. */
export interface Ask {
  /** Comes after the base URL's own path: `/chat/completions`. */
  readonly path: string;
  /** Sent as JSON, or as a form. */
  readonly body: FormData | object;
  /** What is read, as a header says it. */
  readonly accept: string;
}

/** One API, as an engine speaks to it. */
export interface Endpoint {
  readonly place: Place;
  /**
   * Asks, and gives what `read` makes of the answer. Tries again as long as nothing came of it (`EndpointOptions.retries`).
   * Throws an `EngineError`; ends without one where the signal aborts, and the connection is closed at once.
   */
  ask<T>(ask: Ask, read: (answer: Answer) => AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void>;
  warm(signal?: AbortSignal): Promise<void>;
}

/** Where OpenAI itself is. */
export const openaiUrl = 'https://api.openai.com/v1';

const defaultTimeoutMs = 30_000;
const defaultTotalMs = 600_000;
const defaultRetries = 2;

/** Longest wait for a connection that is opened ahead of its use. */
const warmingMs = 5000;

/** `role` names the engine in errors: "transcriber". Throws a TypeError where the base URL is none that can be used. */
export function endpoint(role: string, options: EndpointOptions): Endpoint {
  const base = readBaseUrl(role, options.baseUrl ?? openaiUrl);
  const timing = options.timing ?? realTiming;
  const place: Place = { role, host: base.host };
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const terms = {
    place,
    timing,
    timeoutMs,
    idleMs: options.idleTimeoutMs ?? timeoutMs,
    totalMs: options.totalTimeoutMs ?? defaultTotalMs,
    fetch: options.fetch ?? globalThis.fetch,
  };
  const retries = options.retries ?? defaultRetries;

  return {
    place,
    async *ask(ask, read, signal) {
      if (signal.aborted) return;
      const attempt = () => exchange({ ...terms, request: requestOf(base, ask, options), signal }, read);
      try {
        yield* withRetries(attempt, { retries, timing, signal });
      } catch (cause) {
        if (!signal.aborted) throw cause;
      }
    },
    async warm(signal = new AbortController().signal) {
      const request = {
        ...requestOf(base, { path: '/models', body: {}, accept: '*/*' }, options),
        method: 'GET',
        body: null,
      };
      try {
        const reading = exchange({ ...terms, timeoutMs: warmingMs, idleMs: warmingMs, request, signal }, (answer) =>
          answer.bytes(),
        );
        for await (const _ of reading);
      } catch {
        // What is wrong with the endpoint shows when it is asked in earnest.
      }
    },
  };
}

function requestOf(base: URL, { path, body, accept }: Ask, options: EndpointOptions): HttpRequest {
  const url = new URL(base);
  url.pathname = url.pathname.replace(/\/+$/, '') + path;
  const key = typeof options.apiKey === 'function' ? options.apiKey() : options.apiKey;
  const headers = headersOf([
    ['accept', accept],
    ...(body instanceof FormData ? [] : [['content-type', 'application/json'] as const]),
    ...(key === undefined || key === '' ? [] : [['authorization', `Bearer ${key}`] as const]),
    ...Object.entries(options.headers ?? {}),
  ]);
  const secrets = [key ?? '', ...Object.values(options.headers ?? {}).filter(isLong), ...url.searchParams.values()];
  const text = body instanceof FormData ? body : JSON.stringify(body);
  return { url: url.href, method: 'POST', headers, body: text, secrets };
}

/** Shorter ones are no keys, and stand in many a sentence. */
function isLong(value: string): boolean {
  return value.length >= 8;
}

function readBaseUrl(role: string, given: string): URL {
  const url = URL.canParse(given) ? new URL(given) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new TypeError(`The base URL of the ${role} must begin with http:// or https://, like ${openaiUrl}.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new TypeError(`The base URL of the ${role} must hold no user and no password. Headers may carry them.`);
  }
  return url;
}
