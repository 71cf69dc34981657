import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { type HttpError, httpErrors, httpStatuses } from '../admission/http-errors.ts';
import type { Peer } from './app-env.ts';
import { answerRaw } from './raw.ts';

/** How long whoever asks may take, in milliseconds; so nobody can hold connections by sending a byte now and then. */
export interface Patience {
  /** From the beginning of a connection or request to the end of its headers, a TLS handshake before them apart. */
  readonly headersMs: number;
  /** From the beginning of a request to the end of its body. */
  readonly requestMs: number;
  /** How often that is looked at. */
  readonly checkMs: number;
}

const usualPatience: Patience = { headersMs: 15_000, requestMs: 30_000, checkMs: 1000 };

export interface HttpServerOptions {
  /** Answers every request that is sound. */
  readonly fetch: (request: Request, peer: Peer) => Response | Promise<Response>;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** Default: 15 s for headers, 30 s for a request. */
  readonly patience?: Patience;
}

/** A server of Node that is not listening yet. What is no sound request is answered in JSON, too. Throws for an unusable certificate. */
export function createHttpServer({ fetch, tls, patience = usualPatience }: HttpServerOptions): Server {
  const { headersMs, requestMs, checkMs } = patience;
  const options = {
    shouldUpgradeCallback: isWebSocket,
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: checkMs,
    requireHostHeader: false, // so that the answer to a request without it is ours
  };
  const onRequest = listenerOf(fetch);
  const server =
    tls === null
      ? createServer(options, onRequest)
      : createSecureServer({ ...options, ...tls, handshakeTimeout: headersMs }, onRequest);
  answerMistakes(server);
  return server;
}

/** HTTP/1.0, which the health checks of balancers speak, has no `Host`; in HTTP/1.1 a request without is malformed. */
function listenerOf(fetch: HttpServerOptions['fetch']): RequestListener {
  const [listener, hostless] = [listenerAt(fetch), listenerAt(fetch, 'localhost')];
  return (request, response) => (request.httpVersion === '1.0' ? hostless : listener)(request, response);
}

/** `hostname`: where the server is, for requests that do not say so. */
function listenerAt(fetch: HttpServerOptions['fetch'], hostname?: string): RequestListener {
  return getRequestListener(
    (request, { incoming }) => fetch(request, { address: incoming.socket.remoteAddress ?? '' }),
    {
      overrideGlobalObjects: false,
      ...(hostname !== undefined && { hostname }),
      // The routes answer for themselves: only a request that can't be read gets as far as this.
      errorHandler: (cause) => {
        const reason = cause instanceof Error ? cause.message : 'it makes no sense';
        return Response.json({ error: httpErrors.malformedRequest(reason) }, { status: httpStatuses.malformedRequest });
      },
    },
  );
}

/** Answers what never becomes a request as the API answers its mistakes. */
function answerMistakes(server: Server): void {
  const underWay = new WeakMap<Duplex, ServerResponse>();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    underWay.set(request.socket, response);
    response.once('close', () => underWay.delete(request.socket));
  });
  server.on('clientError', (cause: NodeJS.ErrnoException, stream: Duplex) => {
    const mistake = mistakeOf(cause);
    // An answer that has begun can't be followed by another; of what is no HTTP there is nobody to answer.
    if (mistake === null || !stream.writable || underWay.get(stream)?.headersSent === true) stream.destroy();
    else answerRaw(stream, mistake.status, mistake.error);
  });
  server.on('checkExpectation', (_request, response: ServerResponse) => {
    const body = JSON.stringify({ error: httpErrors.expectationFailed() });
    response.writeHead(httpStatuses.expectationFailed, { 'Content-Type': 'application/json' }).end(body);
  });
  server.on('connect', (_request, stream: Duplex) => {
    stream.on('error', () => {});
    answerRaw(stream, httpStatuses.noProxy, httpErrors.noProxy());
  });
}

function mistakeOf({ code = '', message }: NodeJS.ErrnoException): { status: number; error: HttpError } | null {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: httpStatuses.requestTimeout, error: httpErrors.requestTimeout() };
    case 'HPE_HEADER_OVERFLOW':
      return { status: httpStatuses.headersTooLarge, error: httpErrors.headersTooLarge() };
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { status: httpStatuses.chunksTooLarge, error: httpErrors.chunksTooLarge() };
    default:
      return code.startsWith('HPE_')
        ? {
            status: httpStatuses.malformedRequest,
            error: httpErrors.malformedRequest(message.replace(/^Parse Error: /, '')),
          }
        : null;
  }
}

/** Other upgrades, such as curl's offer of HTTP/2, are answered as the plain requests they also are, where Node can (24.9). */
function isWebSocket(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === 'websocket';
}
