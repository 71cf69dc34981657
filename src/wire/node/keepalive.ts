import type { Pulse, WireClock } from './heartbeat.ts';

/** A connection as it is kept alive. */
export interface LivelyPulse extends Pulse {
  /** Whether anything is read; a peer of whom nothing is read can't be heard. */
  readonly isListening: boolean;
  /** Frames received and sent so far, pings and pongs not among them. */
  readonly heardFrames: number;
  readonly sentFrames: number;
}

/** How a connection is kept alive that others may cut when it is quiet, and whose peer may be slow to answer. */
export interface Patience {
  /** Time without a frame in one of the two directions after which the peer is pinged, in milliseconds. */
  readonly pingMs: number;
  /** Time without a byte from the peer after which it counts as dead, in milliseconds. */
  readonly deadMs: number;
}

/**
 * Pings where nothing passes, often enough for those in between, and gives up slowly: only a peer that sent no byte for
 * `deadMs` is dropped, a pong being nothing special. A peer that still takes what waits for it is alive, since its pong
 * stands behind that in the queue; and one of whom nothing is read is not judged. Returns a function that stops it.
 */
export function keepalive(pulse: LivelyPulse, { pingMs, deadMs }: Patience, clock: WireClock): () => void {
  let { heardBytes, flushedBytes, heardFrames, sentFrames } = pulse;
  let silentMs = 0;
  let cancel = clock.after(pingMs, beat);
  function beat(): void {
    const takes = pulse.pendingBytes > 0 && pulse.flushedBytes > flushedBytes;
    const isAlive = pulse.heardBytes > heardBytes || !pulse.isListening || takes;
    const isBusy = pulse.heardFrames > heardFrames && pulse.sentFrames > sentFrames;
    ({ heardBytes, flushedBytes, heardFrames, sentFrames } = pulse);
    silentMs = isAlive ? 0 : silentMs + pingMs;
    if (silentMs >= deadMs) {
      pulse.drop();
      return;
    }
    if (!isBusy) pulse.ping();
    cancel = clock.after(pingMs, beat);
  }
  return () => cancel();
}
