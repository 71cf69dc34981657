/** Why a wire ended. `code` is a WebSocket close code (RFC 6455, section 7.4); 1006 when the peer vanished without a close frame. */
export interface WireClosed {
  readonly code: number;
  readonly reason: string;
}

/** What a wire tells its owner. Given once, at `open`, so that nothing can arrive unheard. */
export interface WireListener {
  /** One whole text frame, in the order received. */
  frame(text: string): void;
  /** A binary frame of so many bytes. The Realtime protocol has none; the owner answers with an error. */
  binary(bytes: number): void;
  /** `pendingBytes` has halved once more while it was above the wire's high-water mark, or has fallen to zero. */
  drained(): void;
  /** Told exactly once, whoever closed; nothing is told after it. */
  closed(why: WireClosed): void;
}

/** A text in UTF-8, cut into pieces anywhere. */
export type Utf8 = readonly Uint8Array[];

/**
 * A connection that carries text frames and knows no event names. Platform adapters live in leaves
 * (`wire/node`), and `wire/memory.ts` gives a linked pair for tests.
 */
export interface Wire {
  /** Bytes accepted by `send` that have not yet left for the peer. The owner slows down when this grows. */
  readonly pendingBytes: number;
  /** Starts delivery. Frames that came earlier are delivered now, in order. Call once. */
  open(listener: WireListener): void;
  /** Queues one text frame. Does nothing once the wire is closing or closed. */
  send(text: string): void;
  /** The same for a frame that is UTF-8 already; the pieces must not be changed afterwards. Absent where only texts can be sent. */
  sendUtf8?(pieces: Utf8): void;
  /** Reads nothing more, so that the peer has to wait; what was read already may still be told. Absent if no such thing can be done. */
  pause?(): void;
  /** Reads on. */
  resume?(): void;
  /** Sends what is queued, then closes. Idempotent. `reason` is cut to the 123 bytes that a close frame holds. */
  close(code: number, reason: string): void;
}
