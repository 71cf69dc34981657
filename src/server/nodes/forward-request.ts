import { Readable } from 'node:stream';
import { pairsOf, passedOn } from './hop.ts';
import { reach } from './reach.ts';
import type { Way } from './way.ts';

/** A request that another node answers. */
export interface ForwardedRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Headers;
  readonly body?: Uint8Array;
  /** Where it came from. */
  readonly address: string;
  /** Whoever asked is gone. */
  readonly signal: AbortSignal;
}

/** Statuses whose answers have no body. */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304]);
/** Headers of an answer that the node which passes it on writes anew. */
const ownHeaders = /^(?:access-control-.*|vary|date)$/;

/** Has another node answer; null where it can't be reached. */
export async function forwardRequest(way: Way, forwarded: ForwardedRequest): Promise<Response | null> {
  const { method, target, body, address, signal } = forwarded;
  const length = body === undefined ? {} : { 'content-length': body.length };
  const passed = passedOn(forwarded.headers, forwarded.headers.get('connection') ?? '');
  const headers = { ...passed, ...length, ...way.sealed({ method, target, address }) };
  const errand = { ...way, method, target, headers, signal };
  try {
    const { is, answer } = await reach(body === undefined ? errand : { ...errand, body });
    if (is === 'upgrade') throw new Error('it speaks another protocol');
    signal.addEventListener('abort', () => answer.destroy());
    return responseOf(answer);
  } catch (cause) {
    way.failed(cause);
    return null;
  }
}

function responseOf(answer: Awaited<ReturnType<typeof reach>>['answer']): Response {
  const { statusCode: status = 502 } = answer;
  const headers = Object.entries(passedOn(pairsOf(answer.headers), answer.headers.connection)).flatMap(
    ([name, value]) =>
      ownHeaders.test(name) ? [] : [value ?? []].flat().map((each): [string, string] => [name, `${each}`]),
  );
  if (!bodiless.has(status)) return new Response(Readable.toWeb(answer), { status, headers });
  answer.resume();
  return new Response(null, { status, headers });
}
