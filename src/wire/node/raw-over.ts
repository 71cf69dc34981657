import type { RawListener } from '../raw-wire.ts';
import type { WireClosed } from '../wire.ts';
import type { RawSocketWire } from './raw-socket.ts';

/**
 * A raw wire that is another one, but for what is overridden. A class, since every frame passes it: an object with a getter
 * of its own would be of its own shape for each session.
 */
export class RawOver implements RawSocketWire, RawListener<Buffer> {
  protected readonly wire: RawSocketWire;
  /** Null before the wire was opened. */
  protected listener: RawListener<Buffer> | null = null;

  constructor(wire: RawSocketWire) {
    this.wire = wire;
  }

  get pendingBytes(): number {
    return this.wire.pendingBytes;
  }

  open(listener: RawListener<Buffer>): void {
    this.listener = listener;
    this.wire.open(this);
  }

  frame(bytes: Buffer, isBinary: boolean): void {
    this.listener?.frame(bytes, isBinary);
  }

  drained(): void {
    this.listener?.drained();
  }

  closed(why: WireClosed): void {
    this.listener?.closed(why);
  }

  send(frame: Uint8Array | string, isBinary: boolean): void {
    this.wire.send(frame, isBinary);
  }

  pause(): void {
    this.wire.pause();
  }

  resume(): void {
    this.wire.resume();
  }

  close(code: number, reason: string): void {
    this.wire.close(code, reason);
  }

  terminate(): void {
    this.wire.terminate();
  }
}
