import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import { cutReason } from '../close-reason.ts';
import { DrainMark } from '../drain-mark.ts';
import type { RawListener, RawWire } from '../raw-wire.ts';
import type { Utf8, WireClosed } from '../wire.ts';
import { dataFrame, frameAsItCame } from './data-frame.ts';
import { Flight } from './flight.ts';
import { heartbeat, type WireClock } from './heartbeat.ts';
import { keepalive, type LivelyPulse, type Patience } from './keepalive.ts';

export interface SocketWireOptions {
  readonly clock: WireClock;
  /** Time between pings, in milliseconds. Default 20,000. */
  readonly pingMs?: number;
  /** Pings only where nothing passes, and is slow to give up, in place of `pingMs`. */
  readonly patience?: Patience;
  /** Whether this is the end that asked for the connection, and masks what it sends. Default false. */
  readonly isClient?: boolean;
  /** Time that a peer has to finish the closing handshake before its socket is destroyed, in milliseconds. Default 5,000. */
  readonly closeMs?: number;
  /** `pendingBytes` above which `drained` is told once they have halved. Default 65,536. */
  readonly highWaterBytes?: number;
}

/** A raw wire over an open WebSocket. */
export interface RawSocketWire extends RawWire<Buffer> {
  /** Queues one text frame that comes in pieces, which must not be changed afterwards. Absent where others look into frames. */
  sendPieces?(pieces: Utf8): void;
  /** Drops the connection at once, without a close frame. */
  terminate(): void;
}

/** A raw wire over an open socket of `ws`; `stream` is the network socket below it. Nothing here throws. */
export function rawSocketWire(socket: WebSocket, stream: Socket, options: SocketWireOptions): RawSocketWire {
  return new WireOverSocket(socket, stream, options);
}

/** Bytes that may wait for the end of a turn of the event loop; more leave at once, so that they can't count as unread. */
const gatheredBytes = 65_536;

/** Frames below this length are put together here, which costs less than to have `ws` do it; longer ones are not copied. */
const longFrame = 65_536;

/** Stands behind what waits, to tell when that has left. */
const nothing = Buffer.alloc(0);

/** From so many bytes on that wait, it is looked at how much of the frame in flight has left. */
const largeBytes = 1_000_000;

type Told = (listener: RawListener<Buffer>) => void;

/** What `ws` says of a peer that broke the protocol; every other such error is a 1002. */
export const brokenRules: Readonly<Record<string, WireClosed>> = {
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: { code: 1009, reason: 'frame too large' },
  WS_ERR_INVALID_UTF8: { code: 1007, reason: 'invalid UTF-8' },
};

/** Stands for a close frame that names no code (RFC 6455, section 7.1.5). */
const noCode = 1005;

class WireOverSocket implements RawSocketWire {
  readonly #socket: WebSocket;
  readonly #stream: Socket;
  readonly #clock: WireClock;
  readonly #closeMs: number;
  readonly #drainMark: DrainMark;
  readonly #flight: Flight;
  /** Frames are sent as they are, without an extension such as compression. */
  readonly #isPlain: boolean;
  readonly #isClient: boolean;
  readonly #stopHeartbeat: () => void;
  /** What happened before `open`. */
  #early: Told[] = [];
  #listener: RawListener<Buffer> | null = null;
  #closing = false;
  #brokenRule: WireClosed | null = null;
  #cancelCloseTimer: () => void = () => {};
  /** So far, for whoever keeps the connection alive. */
  readonly #frames = { heard: 0, sent: 0 };
  /** Frames are held together until the end of this turn of the event loop. */
  #gathering = false;

  constructor(socket: WebSocket, stream: Socket, options: SocketWireOptions) {
    const { clock, pingMs = 20_000, patience } = options;
    this.#socket = socket;
    this.#stream = stream;
    this.#clock = clock;
    this.#closeMs = options.closeMs ?? 5_000;
    this.#flight = new Flight(stream);
    this.#isPlain = socket.extensions === '';
    this.#isClient = options.isClient === true;
    this.#drainMark = new DrainMark(options.highWaterBytes ?? 65_536);
    const pulse = pulseOf(socket, stream, this.#frames);
    this.#stopHeartbeat = patience === undefined ? heartbeat(pulse, pingMs, clock) : keepalive(pulse, patience, clock);
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

  open(listener: RawListener<Buffer>): void {
    this.#listener = listener;
    const early = this.#early;
    this.#early = [];
    for (const told of early) this.#tell(told);
    this.#socket.resume();
  }

  send(frame: Uint8Array | string, isBinary: boolean): void {
    if (this.#closing || this.#socket.readyState !== this.#socket.OPEN) return;
    this.#frames.sent += 1;
    const isAlone = this.#isPlain && !this.#gathering && comesLast(frame) && this.#socket.bufferedAmount === 0;
    if (!isAlone) this.#gather();
    this.#write(frame, isBinary, isAlone ? undefined : this.#flushed);
    if (isAlone) this.#leftAlone();
    else if (this.#stream.writableLength > gatheredBytes) this.#release();
  }

  #write(frame: Uint8Array | string, isBinary: boolean, flushed: (() => void) | undefined): void {
    const whole = this.#isPlain ? this.#whole(frame, isBinary) : null;
    if (whole !== null) this.#stream.write(whole, flushed);
    // Encoded once, here: else a text would be looked through for its length, and encoded later.
    else this.#socket.send(typeof frame === 'string' ? Buffer.from(frame) : frame, isBinary ? binary : text, flushed);
  }

  /** A frame in one piece of memory, where that costs less than to have `ws` send its header apart; null where it does not. */
  #whole(frame: Uint8Array | string, isBinary: boolean): Buffer | null {
    if (typeof frame !== 'string' && !this.#isClient) return frameAsItCame(frame, isBinary);
    return frame.length < longFrame ? dataFrame(frame, isBinary, this.#isClient) : null;
  }

  /** Nearly always it has left for the kernel by now, so that it need not tell. */
  #leftAlone(): void {
    const { bufferedAmount } = this.#socket;
    if (bufferedAmount === 0) return;
    this.#drainMark.grew(bufferedAmount);
    this.#stream.write(nothing, this.#flushed);
  }

  /** Each piece is a fragment of the message (RFC 6455, section 5.4), so that none has to be copied into one frame. */
  sendPieces(pieces: Utf8): void {
    if (this.#closing || this.#socket.readyState !== this.#socket.OPEN) return;
    this.#gather();
    this.#frames.sent += 1;
    for (const [index, piece] of pieces.entries()) {
      this.#socket.send(piece, { binary: false, fin: index === pieces.length - 1 }, this.#flushed);
      if (this.#stream.writableLength > gatheredBytes) this.#release();
    }
  }

  close(code: number, reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    if (this.#socket.readyState === this.#socket.CLOSED) return;
    if (code === noCode) this.#socket.close();
    else this.#socket.close(code, cutReason(reason));
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
    const bytes = bytesOf(data);
    this.#frames.heard += 1;
    if (this.#listener === null) this.#early.push((listener) => this.#deliver(listener, bytes, isBinary));
    else this.#deliver(this.#listener, bytes, isBinary);
  }

  #deliver(listener: RawListener<Buffer>, bytes: Buffer, isBinary: boolean): void {
    if (!this.#closing) listener.frame(bytes, isBinary);
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

const text = { binary: false } as const;
const binary = { binary: true } as const;

function pulseOf(socket: WebSocket, stream: Socket, frames: { heard: number; sent: number }): LivelyPulse {
  return {
    get heardFrames() {
      return frames.heard;
    },
    get sentFrames() {
      return frames.sent;
    },
    get heardBytes() {
      return stream.bytesRead;
    },
    get isListening() {
      return !socket.isPaused;
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

/** Whether a frame is the last of what was read at once with it: another will hardly follow in this turn of the event loop. */
function comesLast(frame: Uint8Array | string): boolean {
  return typeof frame !== 'string' && frame.byteOffset + frame.length === frame.buffer.byteLength;
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
