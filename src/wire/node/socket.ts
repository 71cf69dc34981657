import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import { cutReason } from '../close-reason.ts';
import { DrainMark } from '../drain-mark.ts';
import type { Wire, WireClosed, WireListener } from '../wire.ts';
import { Flight } from './flight.ts';
import { heartbeat, type WireClock } from './heartbeat.ts';

export interface SocketWireOptions {
  readonly clock: WireClock;
  /** Time between pings, in milliseconds. Default 20,000. */
  readonly pingMs?: number;
  /** Time that a peer has to finish the closing handshake before its socket is destroyed, in milliseconds. Default 5,000. */
  readonly closeMs?: number;
  /** `pendingBytes` above which `drained` is told once they have halved. Default 65,536. */
  readonly highWaterBytes?: number;
}

/** A wire over an open WebSocket. */
export interface SocketWire extends Wire {
  /** Drops the connection at once, without a close frame. */
  terminate(): void;
}

/** A wire over an open socket of `ws`; `stream` is the network socket below it. Nothing here throws. */
export function socketWire(socket: WebSocket, stream: Socket, options: SocketWireOptions): SocketWire {
  return new WireOverSocket(socket, stream, options);
}

/** Bytes that may wait for the end of a turn of the event loop; more leave at once, so that they can't count as unread. */
const gatheredBytes = 65_536;

/** Texts from this length on are encoded once, here: else they would be looked through for their length, and encoded later. */
const longText = 16_384;
/** From so many bytes on that wait, it is looked at how much of the frame in flight has left. */
const largeBytes = 1_000_000;
const asText = { binary: false };

type Told = (listener: WireListener) => void;

/** What `ws` says of a peer that broke the protocol; every other such error is a 1002. */
export const brokenRules: Readonly<Record<string, WireClosed>> = {
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: { code: 1009, reason: 'frame too large' },
  WS_ERR_INVALID_UTF8: { code: 1007, reason: 'invalid UTF-8' },
};

class WireOverSocket implements SocketWire {
  readonly #socket: WebSocket;
  readonly #stream: Socket;
  readonly #clock: WireClock;
  readonly #closeMs: number;
  readonly #drainMark: DrainMark;
  readonly #flight: Flight;
  readonly #stopHeartbeat: () => void;
  /** What happened before `open`. */
  #early: Told[] = [];
  #listener: WireListener | null = null;
  #closing = false;
  #brokenRule: WireClosed | null = null;
  #cancelCloseTimer: () => void = () => {};
  /** Frames are held together until the end of this turn of the event loop. */
  #gathering = false;

  constructor(socket: WebSocket, stream: Socket, options: SocketWireOptions) {
    this.#socket = socket;
    this.#stream = stream;
    this.#clock = options.clock;
    this.#closeMs = options.closeMs ?? 5_000;
    this.#flight = new Flight(stream);
    this.#drainMark = new DrainMark(options.highWaterBytes ?? 65_536);
    this.#stopHeartbeat = heartbeat(pulseOf(socket, stream), options.pingMs ?? 20_000, options.clock);
    socket.on('message', (data, isBinary) => this.#received(data, isBinary));
    socket.on('error', (error) => this.#failed(error));
    socket.on('close', (code, reason) => this.#ended(code, reason));
    // Nothing is read before someone listens; frames that arrived with the handshake wait in #early.
    socket.pause();
  }

  get pendingBytes(): number {
    const { bufferedAmount } = this.#socket;
    return bufferedAmount < largeBytes ? bufferedAmount : bufferedAmount - this.#flight.taken;
  }

  open(listener: WireListener): void {
    this.#listener = listener;
    const early = this.#early;
    this.#early = [];
    for (const told of early) this.#tell(told);
    this.#socket.resume();
  }

  send(text: string): void {
    if (this.#closing || this.#socket.readyState !== this.#socket.OPEN) return;
    this.#gather();
    this.#socket.send(text.length < longText ? text : Buffer.from(text), asText, this.#flushed);
    if (this.#stream.writableLength > gatheredBytes) this.#release();
  }

  close(code: number, reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    if (this.#socket.readyState === this.#socket.CLOSED) return;
    this.#socket.close(code, cutReason(reason));
    this.#awaitClose();
  }

  pause(): void {
    if (!this.#closing) this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  terminate(): void {
    this.#closing = true;
    this.#socket.terminate();
  }

  /** Frames sent in one turn of the event loop leave together, in one call of the system, unless they are many. */
  #gather(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    this.#stream.cork();
    process.nextTick(this.#release);
  }

  readonly #release = (): void => {
    if (!this.#gathering) return;
    this.#gathering = false;
    this.#stream.uncork();
    this.#drainMark.grew(this.#socket.bufferedAmount);
  };

  /** Given to `ws` with every frame, and called when that frame has left for the kernel. */
  readonly #flushed = (): void => {
    if (!this.#drainMark.shrank(this.#socket.bufferedAmount)) return;
    this.#tell((listener) => {
      if (!this.#closing) listener.drained();
    });
  };

  #received(data: RawData, isBinary: boolean): void {
    this.#tell((listener) => {
      if (this.#closing) return;
      if (isBinary) listener.binary(bytesOf(data));
      else listener.frame(textOf(data));
    });
  }

  /** The peer broke the protocol, and `ws` has already begun to close; or the network failed, and `close` follows. */
  #failed(error: Error): void {
    const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
    if (!code.startsWith('WS_ERR_')) return;
    this.#brokenRule = brokenRules[code] ?? { code: 1002, reason: 'protocol error' };
    this.#closing = true;
    this.#awaitClose();
  }

  /** A paused socket would never see the peer's half of the handshake. */
  #awaitClose(): void {
    this.#socket.resume();
    this.#cancelCloseTimer();
    this.#cancelCloseTimer = this.#clock.after(this.#closeMs, () => this.#socket.terminate());
  }

  #ended(code: number, reason: Buffer): void {
    this.#closing = true;
    this.#stopHeartbeat();
    this.#cancelCloseTimer();
    const why = this.#brokenRule ?? { code, reason: reason.toString() };
    this.#tell((listener) => listener.closed(why));
  }

  #tell(told: Told): void {
    if (this.#listener === null) this.#early.push(told);
    else told(this.#listener);
  }
}

function pulseOf(socket: WebSocket, stream: Socket) {
  return {
    get heardBytes() {
      return stream.bytesRead;
    },
    get pendingBytes() {
      return socket.bufferedAmount;
    },
    get flushedBytes() {
      return stream.bytesWritten - stream.writableLength;
    },
    ping() {
      if (socket.readyState === socket.OPEN) socket.ping();
    },
    drop() {
      socket.terminate();
    },
  };
}

function bytesOf(data: RawData): number {
  return Array.isArray(data) ? data.reduce((sum, part) => sum + part.byteLength, 0) : data.byteLength;
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return Buffer.isBuffer(data) ? data.toString() : Buffer.from(data).toString();
}
