import { request as byHttp, type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { request as byHttps } from 'node:https';
import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';

/** What is asked of another node. */
export interface Errand {
  /** Where it is reached: `http:`, `https:`, or `unix:` and the path of a socket. */
  readonly url: string;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: Uint8Array;
  /** How long the beginning of its answer may take, in milliseconds. */
  readonly patienceMs: number;
  readonly clock: Pick<Clock, 'after'>;
  /** Aborting gives up. */
  readonly signal?: AbortSignal;
}

/** The beginning of an answer, which the caller has to read or destroy. */
export type Reached =
  | { readonly is: 'answer'; readonly answer: IncomingMessage }
  | { readonly is: 'upgrade'; readonly answer: IncomingMessage; readonly socket: Socket; readonly head: Buffer };

/** Whether a node can be reached under such an address. */
export function isNodeUrl(url: string): boolean {
  if (url.startsWith('unix:/')) return true;
  const parsed = URL.parse(url);
  return parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.pathname === '/' && parsed.search === '';
}

/** Asks another node, on a connection of its own. Rejects where it can't be reached, is silent for too long, or `signal` aborts. */
export function reach(errand: Errand): Promise<Reached> {
  return new Promise((resolve, reject) => {
    const asked = begin(errand);
    const giveUp = (): void => void asked.destroy(new Error('given up'));
    const callOff = errand.clock.after(errand.patienceMs, () => asked.destroy(new Error('no answer in time')));
    const settled = (): void => {
      callOff();
      errand.signal?.removeEventListener('abort', giveUp);
    };
    asked.on('error', (cause) => {
      settled();
      reject(cause);
    });
    asked.on('response', (answer) => {
      settled();
      resolve({ is: 'answer', answer });
    });
    asked.on('upgrade', (answer, socket, head) => {
      settled();
      resolve({ is: 'upgrade', answer, socket, head });
    });
    errand.signal?.addEventListener('abort', giveUp);
    if (errand.signal?.aborted === true) giveUp();
    asked.end(errand.body);
  });
}

function begin({ url, method, target, headers }: Errand): ClientRequest {
  const shared = { method, path: target, headers, agent: false, setHost: false };
  if (url.startsWith('unix:')) return byHttp({ ...shared, socketPath: url.slice('unix:'.length) });
  const { protocol, hostname, port } = new URL(url);
  const place = { host: hostname.replace(/^\[(.*)\]$/, '$1'), ...(port === '' ? {} : { port }) };
  return protocol === 'https:' ? byHttps({ ...shared, ...place }) : byHttp({ ...shared, ...place });
}
