import type { Pulse, WireClock } from './heartbeat.ts';

/** How a connection is kept alive that others may cut when it is quiet, and whose peer may be slow to answer. */
export interface Patience {
  /** Time without a byte in one of the two directions after which the peer is pinged, in milliseconds. */
  readonly pingMs: number;
  /** Time without a byte from the peer after which it counts as dead, in milliseconds. */
  readonly deadMs: number;
}

/**
 * Pings where nothing passes, often enough for those in between, and gives up slowly: only a peer that sent no byte for
 * `deadMs` is dropped, a pong being nothing special. A peer that still takes what waits for it is alive, since its pong
 * stands behind that in the queue; and one of whom nothing is read is not judged. Returns a function that stops it.
 */
export function keepalive(pulse: Pulse, { pingMs, deadMs }: Patience, clock: WireClock): () => void {
  let { heardBytes, flushedBytes } = pulse;
  let silentMs = 0;
  let cancel = clock.after(pingMs, beat);
  function beat(): void {
    const hasHeard = pulse.heardBytes > heardBytes;
    const hasSent = pulse.flushedBytes > flushedBytes;
    heardBytes = pulse.heardBytes;
    flushedBytes = pulse.flushedBytes;
    const isAlive = hasHeard || !pulse.isListening || (pulse.pendingBytes > 0 && hasSent);
    silentMs = isAlive ? 0 : silentMs + pingMs;
    if (silentMs >= deadMs) {
      pulse.drop();
      return;
    }
    if (!hasHeard || !hasSent) pulse.ping();
    cancel = clock.after(pingMs, beat);
  }
  return () => cancel();
}
