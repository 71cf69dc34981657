import { lookup } from 'node:dns/promises';
import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { ReadableStream } from 'node:stream/web';
import { callbackify } from 'node:util';
import { type Alarms, realAlarms } from '../../engines/within-time.ts';
import type { McpRules } from './rules.ts';

/** An address that a name stands for. */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** Asks what a host's name stands for. */
export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>;

/** The machine's own resolver. */
export const systemResolve: Resolve = (hostname) => lookup(hostname, { all: true });

/** The largest answer that is read, in bytes. */
export const maxAnswerBytes = 4 * 1024 * 1024;

/** The most that may come of a server while it lists its tools, page by page, in bytes. */
export const maxListingBytes = 2 * maxAnswerBytes;

export interface FetchOptions {
  /** Ends what takes too long; default the machine's. */
  readonly alarms?: Alarms;
  /** Told why the answer to a request is given up in its midst. Default: only its reader gets to know. */
  readonly givenUp?: (cause: Error) => void;
}

/** `fetch`, kept to what the operator allows. */
export interface GuardedFetch {
  readonly fetch: (url: string | URL, init?: RequestInit) => Promise<Response>;
  /** From now on all answers together may have so many bytes; Infinity: only each by itself is bounded. */
  allow(bytes: number): void;
  /** Cuts every connection. */
  cut(): void;
  /** Cuts every connection, and makes no other. */
  close(): void;
}

/**
 * A `fetch` that connects only where the rules permit it. Every request's URL is checked, so that no redirect leads
 * elsewhere; and every connection's address, at the moment of connecting, so that no name can stand for another address
 * by then. Redirects are handed back, not followed.
 */
export function guardedFetch(
  rules: McpRules,
  resolve: Resolve,
  { alarms = realAlarms, givenUp = () => {} }: FetchOptions = {},
): GuardedFetch {
  let isClosed = false;
  const budget = { bytes: Infinity, left: Infinity };
  function cut(): void {
    for (const agent of Object.values(agents)) agent.destroy();
  }
  const agents = { 'http:': new PlainAgent({ keepAlive: true }), 'https:': new SecureAgent({ keepAlive: true }) };
  return {
    async fetch(input, init) {
      const request = new Request(input, { ...init, redirect: 'manual' });
      const url = new URL(request.url);
      check(url, rules);
      if (isClosed) throw refusal('the session is over');
      const body = Buffer.from(await request.arrayBuffer());
      return send(url, { request, body, agents, alarms, givenUp, budget, lookup: checkedLookup(url, rules, resolve) });
    },
    allow: (bytes) => void Object.assign(budget, { bytes, left: bytes }),
    cut,
    close() {
      isClosed = true;
      cut();
    },
  };
}

function check(url: URL, rules: McpRules): void {
  if (!rules.permits(url)) throw refusal(`${url.origin}${url.pathname} is not in mcp.allow`);
  const literal = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(literal) !== 0 && !rules.permitsAddress(literal, url)) throw refusedAddress(url);
}

function checkedLookup(url: URL, rules: McpRules, resolve: Resolve): LookupFunction {
  const find = callbackify((hostname: string) => permittedAddresses(hostname, url, rules, resolve));
  return (hostname, options, callback) =>
    find(hostname, (cause, permitted) => {
      const [first] = permitted ?? [];
      if (first === undefined) callback(cause ?? refusedAddress(url), '', 0);
      else if (options.all === true) callback(null, [...permitted]);
      else callback(null, first.address, first.family);
    });
}

async function permittedAddresses(
  hostname: string,
  url: URL,
  rules: McpRules,
  resolve: Resolve,
): Promise<readonly ResolvedAddress[]> {
  const found = await resolve(hostname);
  return found.filter(({ address }) => rules.permitsAddress(address, url));
}

function refusedAddress(url: URL): Error {
  return refusal(`the address of ${url.host} is not public, and mcp.allow does not list it`);
}

/** The name of errors whose message is ours, and safe to log. */
export const refusalName = 'McpRefusal';

function refusal(message: string): Error {
  return Object.assign(new Error(message), { name: refusalName });
}

/** What answers may have together. */
interface Budget {
  readonly bytes: number;
  left: number;
}

interface Sending {
  readonly request: Request;
  readonly body: Buffer;
  readonly agents: { readonly 'http:': PlainAgent; readonly 'https:': SecureAgent };
  readonly alarms: Alarms;
  readonly givenUp: (cause: Error) => void;
  readonly budget: Budget;
  readonly lookup: LookupFunction;
}

/** How long a request may take, a little more than the longest call; of a stream of events only its beginning counts. */
const requestTimeoutMs = 65_000;

function send(url: URL, { request, body, agents, alarms, givenUp, budget, lookup: find }: Sending): Promise<Response> {
  const { method, signal } = request;
  const headers = { ...Object.fromEntries(request.headers), 'content-length': String(body.byteLength) };
  const options = { method, headers, signal, lookup: find };
  return new Promise((resolve, reject) => {
    const late = refusal(`the answer took longer than ${requestTimeoutMs / 1000} s`);
    const cancel = alarms.after(requestTimeoutMs, () => sending.destroy(late));
    const take = (answer: IncomingMessage): void => {
      if (method === 'GET') cancel();
      // A stream that the server began by itself answers no request.
      resolve(asResponse(answer, { budget, givenUp: method === 'GET' ? () => {} : givenUp }));
    };
    const sending =
      url.protocol === 'https:'
        ? secureRequest(url, { ...options, agent: agents['https:'] }, take)
        : plainRequest(url, { ...options, agent: agents['http:'] }, take);
    sending.on('error', reject);
    sending.once('close', cancel);
    sending.end(body);
  });
}

const withoutBody: ReadonlySet<number> = new Set([204, 205, 304]);

type Bounds = Pick<Sending, 'budget' | 'givenUp'>;

function asResponse(answer: IncomingMessage, bounds: Bounds): Response {
  const { statusCode: status = 0, statusMessage: statusText = '' } = answer;
  const headers = new Headers();
  for (const [name, values] of Object.entries(answer.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  if (!withoutBody.has(status))
    return new Response(ReadableStream.from(capped(answer, bounds)), { status, statusText, headers });
  answer.resume();
  return new Response(null, { status, statusText, headers });
}

async function* capped(answer: IncomingMessage, { budget, givenUp }: Bounds): AsyncGenerator<Uint8Array, void> {
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    budget.left -= chunk.byteLength;
    const problem =
      bytes > maxAnswerBytes
        ? `the answer is longer than ${maxAnswerBytes} bytes`
        : budget.left < 0 && `the answers are longer than ${budget.bytes} bytes together`;
    if (problem !== false) {
      const cause = refusal(problem);
      givenUp(cause);
      throw cause;
    }
    yield chunk;
  }
}
