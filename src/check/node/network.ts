import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import { bodyOf } from '../../wire/node/body.ts';
import { machineClock } from '../../wire/node/machine-clock.ts';
import {
  type CheckClock,
  type ConnectAsk,
  type ConnectionListener,
  type Endpoint,
  type Opened,
  type Reply,
  type RequestAsk,
  Unreachable,
} from '../endpoint.ts';
import { placeCall } from './call.ts';

export interface NetworkOptions {
  /** `ws:`, `wss:`, `http:` or `https:`, with the path of the Realtime API. */
  readonly url: URL;
  readonly key: string | null;
  /** The model's name, and what else is in every query. */
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Certificates to trust besides the usual ones, as PEM. */
  readonly ca?: string;
  /** Default: the machine's clock. */
  readonly clock?: CheckClock;
  /** Begins calls, in place of WebRTC. */
  readonly call?: Endpoint['call'];
  /** Gives the stream of a new connection, in place of a socket. */
  readonly createConnection?: () => Duplex;
}

/** Largest frame taken, in bytes: a larger one closes the connection. */
const frameBytes = 32_000_000;
/** How long a server may take to answer a close, in milliseconds, before its connection is cut. */
const patience = { closeTimeout: 2000 };
/** Of the body of an answer. */
const bodyBytes = 1_000_000;

/** An endpoint on the network. */
export function networkEndpoint(options: NetworkOptions): Endpoint {
  const { url, key, query, headers } = options;
  return {
    clock: options.clock ?? machineClock,
    url: url.href,
    key,
    query: { ...Object.fromEntries(url.searchParams), ...query },
    headers,
    connect: (ask, listener) => connect(options, ask, listener),
    request: (ask) => request(options, ask),
    call: options.call ?? placeCall,
  };
}

const secure = new Set(['wss:', 'https:']);

function address({ url }: NetworkOptions, path: string, query: Readonly<Record<string, string>>, scheme: string): URL {
  const target = new URL(url);
  target.pathname = `${url.pathname.replace(/\/$/, '')}${path}`;
  target.search = new URLSearchParams(query).toString();
  target.protocol = secure.has(url.protocol) ? `${scheme}s:` : `${scheme}:`;
  return target;
}

function connect(options: NetworkOptions, ask: ConnectAsk, listener: ConnectionListener): Promise<Opened> {
  const { ca, createConnection } = options;
  const target = address(options, ask.path, ask.query, 'ws');
  const socket = new WebSocket(target, [...ask.protocols], {
    headers: { ...ask.headers },
    maxPayload: frameBytes,
    perMessageDeflate: false,
    followRedirects: false,
    ...patience,
    ...(ca === undefined ? {} : { ca }),
    ...(createConnection === undefined ? {} : { createConnection }),
  });
  return new Promise<Opened>((resolve, reject) => {
    socket.once('error', (cause) => reject(new Unreachable(`${target.host}: ${oneLine(cause)}`)));
    socket.once('unexpected-response', async (_request, response) => {
      ask.signal.addEventListener('abort', () => response.destroy());
      resolve({ refused: await replyOf(response) });
      socket.terminate();
    });
    follow(socket, listener);
    const leave = (): void => socket.terminate();
    ask.signal.addEventListener('abort', leave);
    socket.once('open', () => {
      ask.signal.removeEventListener('abort', leave);
      resolve({
        connection: {
          protocol: socket.protocol,
          sendText: (text) => send(socket, text),
          sendBinary: (bytes) => send(socket, bytes),
          pause: () => socket.pause(),
          resume: () => socket.resume(),
          close: (code, reason) => socket.close(code, reason),
        },
      });
    });
  });
}

function send(socket: WebSocket, data: string | Uint8Array): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(data);
}

function follow(socket: WebSocket, listener: ConnectionListener): void {
  socket.on('message', (data, isBinary) => {
    const bytes = Buffer.isBuffer(data) ? data : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]);
    if (isBinary) listener.binary(bytes.length);
    else listener.frame(bytes.toString('utf8'));
  });
  let problem = '';
  // Whatever is wrong with a frame is told here, and ends the connection.
  socket.on('error', (cause) => {
    problem = oneLine(cause);
    socket.terminate();
  });
  socket.on('close', (code, reason) => listener.closed(code, reason.length > 0 ? reason.toString('utf8') : problem));
}

function request(options: NetworkOptions, { method, path, query, headers, body, signal }: RequestAsk): Promise<Reply> {
  const { ca, createConnection } = options;
  const target = address(options, path, query ?? {}, 'http');
  const length = body === undefined ? {} : { 'content-length': `${Buffer.byteLength(body)}` };
  const settings = {
    method,
    signal,
    headers: { ...headers, ...length },
    ...(ca === undefined ? {} : { ca }),
    ...(createConnection === undefined ? { agent: false as const } : { createConnection }),
  };
  return new Promise<Reply>((resolve, reject) => {
    const start = target.protocol === 'https:' ? httpsRequest : httpRequest;
    const sent = start(target, settings, (response) => void replyOf(response).then(resolve, reject));
    sent.on('error', (cause) => reject(new Unreachable(`${target.host}: ${oneLine(cause)}`)));
    sent.end(body);
  });
}

async function replyOf(response: IncomingMessage): Promise<Reply> {
  const headers = Object.entries(response.headers).map(([name, value]) => [name, `${value}`] as const);
  return {
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(headers),
    body: await bodyOf(response, bodyBytes),
  };
}

function oneLine(cause: Error): string {
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  return (cause.message === '' ? code : cause.message).replaceAll(/\s+/g, ' ');
}
