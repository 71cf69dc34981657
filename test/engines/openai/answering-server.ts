import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What goes wrong with one request. */
export type Fault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  /** Another answer than the right one, with status 200. */
  | { readonly kind: 'nonsense'; readonly contentType: string; readonly body: string }
  /** The connection is lost after so many pieces of the answer. */
  | { readonly kind: 'cut'; readonly afterPieces: number }
  /** Nothing more is said after so many pieces; null: not even a head. */
  | { readonly kind: 'silence'; readonly afterPieces: number | null }
  /** The right answer, in so many bytes at a time. */
  | { readonly kind: 'drip'; readonly bytes: number };

/** A request as it came. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer<ArrayBuffer>;
  /** The connection that it came by, by its number. */
  readonly connection: number;
  /** Settles when the client has closed the connection before the whole answer was sent. */
  readonly abandoned: Promise<void>;
}

/** The right answer. */
export interface Reply {
  readonly contentType: string;
  readonly pieces: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>;
  readonly status?: number;
}

export interface AnsweringServer {
  /** `http://127.0.0.1:PORT/v1`, for base URLs. */
  readonly url: string;
  /** What was asked, oldest first. */
  readonly requests: Request[];
  /** The next requests go wrong in these ways, one each. */
  readonly faults: Fault[];
  /** Settles with the next request, as soon as it has come whole. */
  nextRequest(): Promise<Request>;
  close(): Promise<void>;
}

/** An HTTP server of one API, with faults on demand. `GET` of anything is answered with an empty list. */
export async function answeringServer(reply: (request: Request) => Reply | Promise<Reply>): Promise<AnsweringServer> {
  const requests: Request[] = [];
  const faults: Fault[] = [];
  const waiting: ((request: Request) => void)[] = [];
  const connections = new Map<unknown, number>();

  const server = createServer((incoming, response) => {
    const connection = connections.get(incoming.socket) ?? connections.size + 1;
    connections.set(incoming.socket, connection);
    void serve(incoming, response, connection);
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse, connection: number): Promise<void> {
    const request = await receive(incoming, response, connection);
    requests.push(request);
    waiting.splice(0).forEach((tell) => tell(request));
    await send(response, await answerTo(request), faults.shift() ?? null);
  }

  function answerTo(request: Request): Reply | Promise<Reply> {
    if (request.method !== 'GET') return reply(request);
    return { contentType: 'application/json', pieces: ['{"object":"list","data":[]}'] };
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    faults,
    nextRequest: () => new Promise((resolve) => waiting.push(resolve)),
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function receive(incoming: IncomingMessage, response: ServerResponse, connection: number): Promise<Request> {
  const abandoned = new Promise<void>((resolve) => {
    response.once('close', () => {
      if (!response.writableFinished) resolve();
    });
  });
  const { method = '', url: path = '', headers } = incoming;
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return { method, path, headers, body: Buffer.concat(chunks), connection, abandoned };
}

async function send(response: ServerResponse, { contentType, pieces, status = 200 }: Reply, fault: Fault | null) {
  if (fault?.kind === 'status') {
    response.writeHead(fault.status, fault.headers).end(fault.body ?? '');
    return;
  }
  if (fault?.kind === 'nonsense') {
    response.writeHead(200, { 'content-type': fault.contentType }).end(fault.body);
    return;
  }
  if (fault?.kind === 'silence' && fault.afterPieces === null) return;
  response.writeHead(status, { 'content-type': contentType }).flushHeaders();
  let sent = 0;
  for await (const piece of pieces) {
    if (response.destroyed) return;
    if ((fault?.kind === 'cut' || fault?.kind === 'silence') && fault.afterPieces === sent) break;
    await write(response, Buffer.from(piece), fault?.kind === 'drip' ? fault.bytes : Infinity);
    sent += 1;
  }
  if (fault?.kind === 'silence') return;
  if (fault?.kind === 'cut') response.socket?.destroySoon();
  else response.end();
}

async function write(response: ServerResponse, piece: Buffer, bytes: number): Promise<void> {
  for (let from = 0; from < piece.length && !response.destroyed; from += bytes) {
    const isThrough = response.write(piece.subarray(from, from + bytes));
    if (!isThrough) await drained(response);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      response.off('drain', go).off('close', go);
      resolve();
    };
    response.on('drain', go).on('close', go);
  });
}
