import * as z from 'zod';
import { EndpointError, type Place, type Retry } from './failure.ts';

/** An answer that says no. */
export interface Refusal {
  readonly status: number;
  readonly headers: Headers;
  /** The beginning of its body. */
  readonly body: string;
  /** What must never be shown: keys and the values of headers. */
  readonly secrets: readonly string[];
}

/** As much as is quoted of what a server says. */
const longestQuote = 200;

/** A server that wants to be left alone for longer than this gets no other try: nobody waits so long for an answer. */
const longestWaitMs = 10_000;

const passing: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

const errorBody = z.looseObject({
  error: z
    .union([
      z.string(),
      z.looseObject({ message: z.string().nullish(), code: z.unknown().optional(), type: z.unknown().optional() }),
    ])
    .nullish(),
  message: z.unknown().optional(),
  detail: z.unknown().optional(),
});

/** Why the endpoint refused, and what the operator can do. */
export function refused(place: Place, refusal: Refusal): EndpointError {
  const { status } = refusal;
  const said = complaintOf(refusal);
  const where = `The ${place.role} at ${place.host}`;
  if (status === 401 || status === 403) {
    // What a server says of a key may hold the key, or a part of it that no comparison finds.
    const message = `${where} refused the request for want of the right API key (status ${status}). Check the key that it is given.`;
    return new EndpointError('engine_rejected', message, 'never');
  }
  if (status === 429) {
    const logged = `${where} is asked too often or has no quota left (status 429)`;
    return new EndpointError('engine_rate_limited', `${logged}${said}.`, retryOf(refusal), { logged });
  }
  if (status >= 500) {
    const logged = `${where} failed (status ${status})`;
    const message = `${logged}${said}. Its own log may say why.`;
    return new EndpointError('engine_unavailable', message, retryOf(refusal), { logged });
  }
  const logged = `${where} ${adviceFor(refusal)}`;
  return new EndpointError('engine_rejected', `${logged}${said}.`, 'never', { logged });
}

/** An error that stands in an answer which began well, as `{ error: { message, code } }`. */
export function reportedError(place: Place, value: unknown, secrets: readonly string[]): EndpointError {
  const code = errorCode(value);
  const status = typeof code === 'number' && code >= 400 && code < 600 ? code : null;
  if (status !== null) return refused(place, { status, headers: new Headers(), body: JSON.stringify(value), secrets });
  const said = errorMessage(value, secrets);
  const logged = `The ${place.role} at ${place.host} gave up`;
  const message = `${logged}${said === null ? '' : `: ${said}`}. Its own log may say why.`;
  return new EndpointError('engine_unavailable', message, 'never', { logged });
}

function errorCode(value: unknown): unknown {
  const { data } = errorBody.safeParse(value);
  return typeof data?.error === 'object' ? data.error?.code : undefined;
}

/** The message in an error body, shortened and without secrets; null if the body holds no error. */
function errorMessage(value: unknown, secrets: readonly string[]): string | null {
  const body = errorBody.safeParse(value);
  if (!body.success) return null;
  const { error, message, detail } = body.data;
  const said = typeof error === 'string' ? error : (error?.message ?? message ?? detail);
  if (said === undefined || said === null) return null;
  return quote(typeof said === 'string' ? said : JSON.stringify(said), secrets);
}

function adviceFor({ status, headers }: Refusal): string {
  if (status === 404)
    return 'knows no such address or model (status 404). Check its base URL and the name of the model';
  if (status === 405) return 'does not take this kind of request (status 405). Check its base URL';
  if (status >= 300 && status < 400)
    return `sends on to ${originOf(headers)} (status ${status}). Make that its base URL`;
  return `did not accept the request (status ${status})`;
}

function originOf(headers: Headers): string {
  const location = headers.get('location') ?? '';
  return URL.canParse(location) ? new URL(location).origin : 'another address';
}

function complaintOf({ body, secrets }: Refusal): string {
  if (/^\s*</.test(body)) return ', with a web page';
  const said = errorMessage(parsed(body), secrets) ?? quote(body, secrets);
  return said === '' ? '' : `: ${said}`;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** One line, without secrets, without the full stop that the sentence around it brings. */
function quote(text: string, secrets: readonly string[]): string {
  const hidden = secrets.reduce((rest, secret) => (secret === '' ? rest : rest.replaceAll(secret, '***')), text);
  const line = hidden.replace(/\s+/gu, ' ').trim();
  return line.length > longestQuote ? `${line.slice(0, longestQuote)}…` : line.replace(/\.$/u, '');
}

function retryOf({ status, headers, body }: Refusal): Retry {
  if (!passing.has(status) || /"insufficient_quota"/.test(body)) return 'never';
  const afterMs = retryAfterMs(headers);
  if (afterMs === null) return 'soon';
  return afterMs > longestWaitMs ? 'never' : { afterMs };
}

/** `Retry-After` as a time from now; a date is held against the server's own clock. */
function retryAfterMs(headers: Headers): number | null {
  const given = headers.get('retry-after');
  if (given === null) return null;
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(given)) return Number(given) * 1000;
  const ms = Date.parse(given) - Date.parse(headers.get('date') ?? '');
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}
