import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Patience } from './keepalive.ts';
import { type RawSocketWire, rawSocketWire, type SocketWireOptions } from './raw-socket.ts';
import { type SocketWire, socketWire } from './socket.ts';
import { unmaskEarly } from './unmask.ts';

export interface AcceptOptions extends SocketWireOptions {
  /** Largest frame taken, in bytes, after inflating; a larger one closes the wire with 1009. */
  readonly frameBytes: number;
  /** Negotiate permessage-deflate with peers that offer it. Costs memory for each connection. Default false. */
  readonly deflate?: boolean;
  /** The subprotocol to answer with where a peer offers it; else none is selected, as RFC 6455 has it. Absent: never one. */
  readonly subprotocol?: string;
  /** Told of an upgrade request that is not a valid WebSocket handshake. Must end `stream` with an HTTP response. */
  malformed(stream: Duplex, message: string): void;
}

/** Turns an upgrade request into a wire and hands it to `opened`, or calls `malformed`; the request is settled either way. */
export type Accept = (
  request: IncomingMessage,
  stream: Duplex,
  head: Buffer,
  opened: (wire: SocketWire) => void,
) => void;

/** The same for a raw wire, which may be kept alive in a way of its own. */
export type AcceptRaw = (
  request: IncomingMessage,
  stream: Duplex,
  head: Buffer,
  opened: (wire: RawSocketWire) => void,
  patience?: Patience,
) => void;

/** Messages below this are not worth compressing, in bytes. */
const deflateFromBytes = 1024;

/** Takes upgrade requests of a `node:http` server that does its own routing. */
export function acceptor(options: AcceptOptions): Accept {
  const accept = rawAcceptor(options);
  return (request, stream, head, opened) => accept(request, stream, head, (wire) => opened(socketWire(wire)));
}

/** `acceptor` for those who pass frames on as they are. */
export function rawAcceptor(options: AcceptOptions): AcceptRaw {
  const { subprotocol } = options;
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: options.frameBytes,
    perMessageDeflate: options.deflate === true ? { threshold: deflateFromBytes } : false,
    ...(subprotocol === undefined
      ? {}
      : { handleProtocols: (offered: Set<string>) => offered.has(subprotocol) && subprotocol }),
  });
  server.on('wsClientError', (error, stream) => options.malformed(stream, error.message));
  return (request, stream, head, opened, patience) => {
    const wireOptions = patience === undefined ? options : { ...options, patience };
    server.handleUpgrade(request, stream, head, (socket) => {
      unmaskEarly(request.socket);
      opened(rawSocketWire(socket, request.socket, wireOptions));
    });
  };
}
