import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../clock.ts';
import { closeFrame, FrameEdges } from './frame-edges.ts';

export interface TunnelOptions {
  /** To the client. */
  readonly near: Duplex;
  /** To the node that holds the session. */
  readonly far: Socket;
  readonly clock: Pick<Clock, 'after'>;
}

/** How often is looked whether the node still says something, in milliseconds: it pings every 20 s at least. */
const lookMs = 60_000;
/** Time that a side has to end its half after the other has, in milliseconds. */
const lingerMs = 5_000;

/**
 * An open WebSocket whose session is on another node: its bytes, both ways, as they are, so that whatever either side does
 * reaches the other. Each side waits while the other does not read.
 */
export class Tunnel {
  /** Resolves when the client's connection is gone. */
  readonly gone: Promise<void>;
  readonly #options: TunnelOptions;
  readonly #edges = new FrameEdges();
  /** What the client is closed with, once a frame has ended; then null. */
  #closing: Buffer | null = null;
  #isClosed = false;
  #callOff: () => void = () => {};

  constructor(options: TunnelOptions) {
    this.#options = options;
    const { near, far } = options;
    this.gone = new Promise((resolve) => near.once('close', resolve));
    far.setNoDelay(true);
    far.on('data', (chunk: Buffer) => this.#toNear(chunk));
    near.on('drain', () => far.resume());
    near.pipe(far);
    for (const [side, other] of [
      [near, far],
      [far, near],
    ] as const) {
      side.on('error', () => {}); // `close` follows
      side.once('end', () => {
        if (side === far) other.end();
        this.#linger();
      });
      side.once('close', () => {
        if (!side.readableEnded) other.destroy();
        this.#linger();
      });
    }
    this.#look(far.bytesRead);
  }

  /** Closes the client with this code and reason, behind the frame that is under way. */
  drain(code = 1001, reason = ''): void {
    if (this.#isClosed || this.#closing !== null) return;
    this.#closing = closeFrame(code, reason);
    if (this.#edges.isAtEdge) this.#close();
  }

  /** Cuts both connections. */
  terminate(): void {
    this.#options.near.destroy();
    this.#options.far.destroy();
  }

  /** Bytes of the node that came with its answer to the upgrade. */
  begin(head: Buffer): void {
    if (head.length > 0) this.#toNear(head);
  }

  #toNear(chunk: Buffer): void {
    const { near, far } = this.#options;
    if (this.#isClosed) return;
    const end = this.#edges.pass(chunk);
    if (this.#closing !== null && end !== null) {
      near.write(chunk.subarray(0, end));
      return this.#close();
    }
    if (!near.write(chunk)) far.pause();
  }

  /** The client answers the close frame, which the node hears; what the node still says is read and let go. */
  #close(): void {
    const { near, far } = this.#options;
    this.#isClosed = true;
    near.write(this.#closing);
    far.resume();
    this.#linger();
  }

  /** One side is done: the other has a while. */
  #linger(): void {
    const { near, far, clock } = this.#options;
    this.#callOff();
    this.#callOff = () => {};
    if (near.destroyed && far.destroyed) return;
    this.#callOff = clock.after(lingerMs, () => this.terminate());
  }

  /** A node whose machine is gone does not say so. */
  #look(heard: number): void {
    const { far, clock } = this.#options;
    this.#callOff = clock.after(lookMs, () => {
      if (far.bytesRead === heard && !far.isPaused()) this.terminate();
      else this.#look(far.bytesRead);
    });
  }
}
