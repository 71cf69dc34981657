import { cutReason } from '../close-reason.ts';
import { DrainMark } from '../drain-mark.ts';
import type { Wire, WireListener } from '../wire.ts';

/** `pendingBytes` above which `drained` is told once they have halved. */
const highWaterBytes = 65_536;
/** Web sockets don't tell when they have sent; so often one looks, in milliseconds. */
const lookEveryMs = 50;

type Told = (listener: WireListener) => void;

/** A wire over the platform's own WebSocket. What it receives waits until `open`. Nothing here throws. */
export function socketWire(socket: WebSocket): Wire {
  return new WireOverWebSocket(socket);
}

/** The wire once its socket is open. Rejects when the peer can't be reached, or `signal` aborts the attempt. */
export function openedWire(socket: WebSocket, signal: AbortSignal | undefined): Promise<Wire> {
  const wire = socketWire(socket);
  return new Promise((resolve, reject) => {
    const abort = () => socket.close();
    const settle = (settled: () => void) => () => {
      signal?.removeEventListener('abort', abort);
      settled();
    };
    const failed = settle(() => reject(new Error('The WebSocket could not be opened.')));
    socket.addEventListener(
      'open',
      settle(() => resolve(wire)),
    );
    socket.addEventListener('error', failed);
    socket.addEventListener('close', failed);
    signal?.addEventListener('abort', abort);
    if (signal?.aborted === true) abort();
  });
}

class WireOverWebSocket implements Wire {
  readonly #socket: WebSocket;
  #listener: WireListener | null = null;
  #early: Told[] = [];
  /** This side has closed: it hears nothing more but the end. */
  #closing = false;
  #isOver = false;
  readonly #drainMark = new DrainMark(highWaterBytes);

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => this.#received(data));
    socket.addEventListener('close', ({ code, reason }) => this.#ended(code, reason));
    // A failure is followed by `close`; without a listener some platforms throw.
    socket.addEventListener('error', () => {});
  }

  get pendingBytes(): number {
    return this.#socket.bufferedAmount ?? 0;
  }

  open(listener: WireListener): void {
    this.#listener = listener;
    const early = this.#early;
    this.#early = [];
    for (const told of early) this.#tell(told);
  }

  send(text: string): void {
    if (this.#closing || this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(text);
    const isLooking = this.#drainMark.isSet;
    this.#drainMark.grew(this.pendingBytes);
    if (!isLooking && this.#drainMark.isSet) this.#look();
  }

  close(code: number, reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    // Clients may only give 1000 and what is free for applications (RFC 6455, section 7.4); others become a plain close.
    const isAllowed = code === 1000 || (code >= 3000 && code <= 4999);
    if (isAllowed) this.#socket.close(code, cutReason(reason));
    else this.#socket.close();
  }

  #received(data: unknown): void {
    this.#tell((listener) => {
      if (this.#closing) return;
      if (typeof data === 'string') listener.frame(data);
      else listener.binary(data instanceof ArrayBuffer ? data.byteLength : 0);
    });
  }

  #ended(code: number, reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#tell((listener) => listener.closed({ code, reason }));
  }

  #look(): void {
    setTimeout(() => {
      if (this.#isOver) return;
      const hasDrained = this.#drainMark.shrank(this.pendingBytes);
      if (this.#drainMark.isSet) this.#look();
      if (hasDrained) this.#tell((listener) => listener.drained());
    }, lookEveryMs);
  }

  #tell(told: Told): void {
    if (this.#listener === null) this.#early.push(told);
    else told(this.#listener);
  }
}
