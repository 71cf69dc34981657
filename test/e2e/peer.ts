import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { until } from '../clients/until.ts';

export interface ConnectOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocols?: readonly string[];
  readonly ca?: string;
  readonly deflate?: boolean;
}

/** A server's event as far as these tests look into it. */
export interface SeenEvent {
  readonly type: string;
  readonly event_id?: string;
  readonly error?: unknown;
  readonly [key: string]: unknown;
}

/** A client that writes down all it is sent. */
export interface Peer {
  readonly socket: WebSocket;
  readonly events: readonly SeenEvent[];
  send(event: unknown): void;
  /** The first event of this type, as soon as it is there. */
  event(type: string): Promise<SeenEvent>;
  /** How the socket closed, as soon as it has. */
  closed(): Promise<{ readonly code: number; readonly reason: string }>;
}

/** Opens a WebSocket; rejects when the server does not upgrade. */
export async function connect(url: string, options: ConnectOptions = {}): Promise<Peer> {
  const socket = open(url, options);
  const events: SeenEvent[] = [];
  let end: { code: number; reason: string } | undefined;
  socket.on('message', (data) => void events.push(JSON.parse(String(data))));
  socket.on('close', (code, reason) => {
    end = { code, reason: reason.toString() };
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => {});
  return {
    socket,
    events,
    send: (event) => socket.send(JSON.stringify(event)),
    event: (type) => until(`the event ${type}`, () => events.find((event) => event.type === type)),
    closed: () => until('the socket to close', () => end),
  };
}

/** Asks for an upgrade that the server answers by plain HTTP. */
export async function refusedUpgrade(
  url: string,
  options: ConnectOptions = {},
): Promise<{ readonly status: number; readonly body: unknown; readonly headers: IncomingHttpHeaders }> {
  const socket = open(url, options);
  return new Promise((resolve, reject) => {
    socket.once('open', () => reject(new Error('the server upgraded')));
    socket.once('error', reject);
    socket.once('unexpected-response', (_request, response: IncomingMessage) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, body: JSON.parse(text) });
      });
    });
  });
}

function open(url: string, { headers = {}, protocols = [], ca, deflate = false }: ConnectOptions): WebSocket {
  return new WebSocket(url, [...protocols], {
    headers,
    perMessageDeflate: deflate,
    ...(ca === undefined ? {} : { ca }),
  });
}
