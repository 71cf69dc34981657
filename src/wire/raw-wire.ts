import type { WireClosed } from './wire.ts';

/** What a raw wire tells its owner. Given once, at `open`, so that nothing can arrive unheard. `Bytes` is the platform's kind. */
export interface RawListener<Bytes extends Uint8Array = Uint8Array> {
  /** One whole frame as it came, in the order received. The bytes are the owner's to keep, and nobody's to change. */
  frame(bytes: Bytes, isBinary: boolean): void;
  /** `pendingBytes` has halved once more while it was above the wire's high-water mark, or has fallen to zero. */
  drained(): void;
  /** Told exactly once, whoever closed; nothing is told after it. */
  closed(why: WireClosed): void;
}

/** A connection that carries frames as bytes: for whoever passes them on. Whoever reads them takes a `Wire`. */
export interface RawWire<Bytes extends Uint8Array = Uint8Array> {
  /** Bytes accepted by `send` that have not yet left for the peer. */
  readonly pendingBytes: number;
  /** Starts delivery. Frames that came earlier are delivered now, in order. Call once. */
  open(listener: RawListener<Bytes>): void;
  /** Queues one frame, which must not be changed afterwards. Does nothing once the wire is closing or closed. */
  send(frame: Uint8Array | string, isBinary: boolean): void;
  /** Reads nothing more, so that the peer has to wait; what was read already may still be told. */
  pause(): void;
  /** Reads on. */
  resume(): void;
  /**
   * Sends what is queued, then closes. Idempotent. `reason` is cut to the 123 bytes that a close frame holds. The code
   * 1005 is sent as a close frame without one.
   */
  close(code: number, reason: string): void;
}
