import { maxWaiting, PacketSource, type Reception, type Waiting } from './packet-source.ts';
import type { RtpPacket } from './rtp.ts';

export interface JitterBufferOptions {
  /** Ticks per second of the packets' timestamps. */
  readonly clockRate: number;
  /** How long a payload lasts, in ticks; 0 for what is no payload. */
  readonly ticksOf: (payload: Uint8Array) => number;
  /** Least and most that sound waits for its turn, in milliseconds. Default 20 and 400. */
  readonly minDelayMs?: number;
  readonly maxDelayMs?: number;
}

/** What is to be heard next. */
export type Taken =
  | { readonly kind: 'payload'; readonly payload: Uint8Array }
  /** It never came. `following`: the payload right after it, which may tell of it. */
  | { readonly kind: 'lost'; readonly ticks: number; readonly following: Uint8Array | null }
  /** Nothing has come, or what came shall wait. */
  | { readonly kind: 'nothing' };

/** What became of packets so far, and how unsteadily they come. */
export interface ReceptionStatistics {
  readonly received: number;
  /** Came after their turn. */
  readonly late: number;
  readonly duplicates: number;
  /** Were sent, by their numbers, and have not come (RFC 3550, section 6.4.1). */
  readonly lost: number;
  /** Mean deviation of the times between packets, in milliseconds (RFC 3550, section 6.4.1). */
  readonly jitterMs: number;
}

/** A source whose timestamps jump by more than this begins anew. */
const jumpSeconds = 10;
/** Sound is hurried on once it waits this much longer than it needs. */
const slackMs = 40;

const nothing: Taken = { kind: 'nothing' };

/**
 * Packets of one source in the order they were sent, each at its turn, however they come. How long sound waits follows
 * the network: longer at once when packets turn out to be late, shorter when the one who asks lets sound go (`isAhead`).
 */
export class JitterBuffer {
  readonly #options: Required<JitterBufferOptions>;
  #source = new PacketSource();
  #counts = { received: 0, late: 0, duplicates: 0, lostBefore: 0 };

  constructor(options: JitterBufferOptions) {
    this.#options = { minDelayMs: 20, maxDelayMs: 400, ...options };
  }

  /** A packet without sound has come of the same source: it has a number, too, and is not missing. */
  pass({ ssrc, sequence }: RtpPacket): void {
    if (ssrc === this.#source.ssrc) this.#source.number(sequence);
  }

  /** Takes a packet that came at this moment of a clock that never goes back. */
  put(packet: RtpPacket, atMs: number): void {
    const ticks = this.#options.ticksOf(packet.payload);
    if (ticks === 0) return;
    if (this.#isAnother(packet)) this.#begin();
    this.#counts.received += 1;
    const source = this.#source;
    source.ssrc = packet.ssrc;
    const start = source.unwrapped(packet.timestamp);
    if (!source.count(packet.sequence, this.#toMs(start), atMs)) this.#counts.duplicates += 1;
    else if (source.position !== null && start < source.position) this.#counts.late += 1;
    else source.add({ start, ticks, payload: packet.payload });
  }

  /** What comes next; asked for when the sound of what came before has been used up. */
  take(nowMs: number): Taken {
    const source = this.#source;
    const first = source.first;
    if (first === undefined) {
      source.isStarved = source.position !== null;
      return nothing;
    }
    if (source.position === null) return this.#isDue(first.start, nowMs) ? this.#deliver(first) : nothing;
    const mayWait = this.#delayMs(source.position, nowMs) < this.#targetMs;
    if (mayWait && !this.#isFull) return nothing;
    if (first.start <= source.position) return this.#deliver(first);
    return this.#bridge(source.position, first, nowMs);
  }

  /** Sound waits longer than it needs: a piece of silence may be left out. */
  isAhead(nowMs: number): boolean {
    const { position } = this.#source;
    return position !== null && this.#delayMs(position, nowMs) > this.#targetMs + slackMs;
  }

  /** How long the last payload was, in ticks; before the first, 20 ms. */
  get usualTicks(): number {
    return this.#source.lastTicks || this.#options.clockRate / 50;
  }

  /** Of the source that speaks now. */
  get reception(): Reception | null {
    return this.#source.reception;
  }

  get statistics(): ReceptionStatistics {
    const { received, late, duplicates, lostBefore } = this.#counts;
    return { received, late, duplicates, lost: lostBefore + this.#source.lost, jitterMs: this.#source.jitterMs };
  }

  get #targetMs(): number {
    const { minDelayMs, maxDelayMs } = this.#options;
    return Math.min(Math.max(this.#source.estimate.neededMs, minDelayMs), maxDelayMs);
  }

  get #isFull(): boolean {
    return this.#source.waiting >= maxWaiting;
  }

  #toMs(ticks: number): number {
    return (ticks * 1000) / this.#options.clockRate;
  }

  /** How long sound of this time has waited, if it is heard now. */
  #delayMs(ticks: number, nowMs: number): number {
    return nowMs - this.#source.estimate.quickestMs(this.#toMs(ticks));
  }

  #isDue(start: number, nowMs: number): boolean {
    return this.#delayMs(start, nowMs) >= this.#targetMs || this.#isFull;
  }

  /** Between the sound so far and the next packet something is missing, or nothing was said. */
  #bridge(position: number, next: Waiting, nowMs: number): Taken {
    const source = this.#source;
    if (source.isStarved) return this.#isDue(next.start, nowMs) ? this.#deliver(next) : nothing;
    const gap = next.start - position;
    const ticks = Math.min(gap, source.lastTicks);
    source.position = position + ticks;
    return { kind: 'lost', ticks, following: gap === ticks ? next.payload : null };
  }

  #deliver(first: Waiting): Taken {
    this.#source.deliver(first);
    return { kind: 'payload', payload: first.payload };
  }

  #isAnother({ ssrc, timestamp }: RtpPacket): boolean {
    const { ssrc: known, newestTimestamp } = this.#source;
    if (known === null) return false;
    const ahead = (timestamp - newestTimestamp) | 0;
    return ssrc !== known || Math.abs(ahead) > jumpSeconds * this.#options.clockRate;
  }

  #begin(): void {
    this.#counts.lostBefore += this.#source.lost;
    this.#source = new PacketSource();
  }
}
