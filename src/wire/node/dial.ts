import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { longAfter } from '../long-after.ts';
import type { WireClock } from './heartbeat.ts';
import { type SocketWire, type SocketWireOptions, socketWire } from './socket.ts';

export interface DialOptions extends Partial<SocketWireOptions> {
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

const timers: WireClock = {
  after: longAfter((ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  }),
};

/**
 * Opens a WebSocket to `url` (`ws:`, `wss:`, `http:` or `https:`). Rejects with the socket's own error when the peer
 * can't be reached or answers with anything but an upgrade.
 */
export function dial(url: string, options: DialOptions = {}): Promise<SocketWire> {
  const socket = new WebSocket(url, [...(options.protocols ?? [])], {
    headers: { ...options.headers },
    maxPayload: options.frameBytes ?? 100 * 1024 * 1024,
    perMessageDeflate: options.deflate === true,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  });
  const { signal } = options;
  const abort = () => socket.terminate();
  return new Promise<SocketWire>((resolve, reject) => {
    socket.once('error', reject);
    signal?.addEventListener('abort', abort);
    if (signal?.aborted === true) abort();
    socket.once('upgrade', (response: IncomingMessage) => {
      const stream = response.socket;
      socket.once('open', () => {
        socket.off('error', reject);
        resolve(socketWire(socket, stream, { clock: timers, ...options }));
      });
    });
  }).finally(() => signal?.removeEventListener('abort', abort));
}
