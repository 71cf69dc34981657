import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { bodyOf } from './body.ts';
import { machineClock } from './machine-clock.ts';
import { type RawSocketWire, rawSocketWire, type SocketWireOptions } from './raw-socket.ts';
import { type SocketWire, socketWire } from './socket.ts';

export interface DialOptions extends Partial<Omit<SocketWireOptions, 'isClient'>> {
  readonly protocols?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Certificates to trust besides the usual ones, as PEM. */
  readonly ca?: string;
  /** Largest frame taken, in bytes; a larger one closes the wire with 1009. Default 100 MiB. */
  readonly frameBytes?: number;
  /** Offer permessage-deflate. Default false. */
  readonly deflate?: boolean;
  /** Aborting gives up an attempt; it does nothing to a wire that is open. */
  readonly signal?: AbortSignal;
}

export interface RawDialOptions extends DialOptions {
  /** Makes of an answer that is no upgrade what `dialRaw` rejects with. `body` is cut to 64 KiB. */
  readonly refused: (status: number, body: string) => Error;
}

/** Of the body of an answer that is no upgrade, in bytes. */
const maxBodyBytes = 65_536;

/**
 * Opens a WebSocket to `url` (`ws:`, `wss:`, `http:` or `https:`). Rejects with the socket's own error when the peer
 * can't be reached or answers with anything but an upgrade.
 */
export async function dial(url: string, options: DialOptions = {}): Promise<SocketWire> {
  return socketWire(await opened(url, options, () => {}));
}

/** `dial` for those who pass frames on as they are, and who want to know how they were refused. */
export async function dialRaw(url: string, options: RawDialOptions): Promise<RawSocketWire> {
  return opened(url, options, (socket, reject) =>
    socket.once('unexpected-response', async (_request, response) => {
      reject(options.refused(response.statusCode ?? 0, await bodyOf(response, maxBodyBytes)));
      socket.terminate();
    }),
  );
}

function opened(
  url: string,
  options: DialOptions,
  prepare: (socket: WebSocket, reject: (cause: Error) => void) => void,
): Promise<RawSocketWire> {
  const socket = new WebSocket(url, [...(options.protocols ?? [])], {
    headers: { ...options.headers },
    maxPayload: options.frameBytes ?? 100 * 1024 * 1024,
    perMessageDeflate: options.deflate === true,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
    ...(options.closeMs === undefined ? {} : { closeTimeout: options.closeMs }),
  });
  const { signal } = options;
  const abort = () => socket.terminate();
  return new Promise<RawSocketWire>((resolve, reject) => {
    socket.on('error', reject);
    prepare(socket, reject);
    signal?.addEventListener('abort', abort);
    if (signal?.aborted === true) abort();
    socket.once('upgrade', (response: IncomingMessage) => {
      const stream = response.socket;
      socket.once('open', () => {
        socket.off('error', reject);
        resolve(rawSocketWire(socket, stream, { clock: machineClock, ...options, isClient: true }));
      });
    });
  }).finally(() => signal?.removeEventListener('abort', abort));
}
