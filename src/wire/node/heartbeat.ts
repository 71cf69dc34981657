/** The part of a clock that a wire needs. */
export interface WireClock {
  /** Runs `run` once after so many milliseconds; the function returned cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** A connection as its heartbeat sees it. */
export interface Pulse {
  /** Bytes received so far, pongs among them. */
  readonly heardBytes: number;
  /** Bytes waiting to leave. */
  readonly pendingBytes: number;
  /** Bytes that have left so far. */
  readonly flushedBytes: number;
  ping(): void;
  /** Drops the connection without a word. */
  drop(): void;
}

/** Pings that may go unanswered before the peer counts as dead. */
const missedPings = 2;

/**
 * Pings every `everyMs` and drops a peer that gave no sign of life over two whole intervals after a ping. Any received
 * byte is a sign of life; so is a peer that still takes what waits for it, since its pong stands behind that in the
 * queue. Returns a function that stops it.
 */
export function heartbeat(pulse: Pulse, everyMs: number, clock: WireClock): () => void {
  let heardBytes = pulse.heardBytes;
  let flushedBytes = pulse.flushedBytes;
  let unanswered = 0;
  let cancel = clock.after(everyMs, beat);
  function beat(): void {
    const alive = pulse.heardBytes > heardBytes || (pulse.pendingBytes > 0 && pulse.flushedBytes > flushedBytes);
    heardBytes = pulse.heardBytes;
    flushedBytes = pulse.flushedBytes;
    if (alive) unanswered = 0;
    if (unanswered >= missedPings) {
      pulse.drop();
      return;
    }
    unanswered++;
    pulse.ping();
    cancel = clock.after(everyMs, beat);
  }
  return () => cancel();
}
