import { JitterEstimate } from './jitter-estimate.ts';
import { createUnwrapper } from './unwrap.ts';

/** A packet's sound, before its turn. */
export interface Waiting {
  /** When it begins, in ticks that do not wrap. */
  readonly start: number;
  readonly ticks: number;
  readonly payload: Uint8Array;
}

/** What came of one source, of all that it has sent by the numbers of its packets. */
export interface Reception {
  readonly ssrc: number;
  readonly expected: number;
  /** Without those that came again. */
  readonly received: number;
  /** The newest number, which does not wrap. */
  readonly newest: number;
  readonly jitterMs: number;
}

/** More than this waits for nobody: two seconds of usual packets. The oldest go first. */
export const maxWaiting = 100;
/** Numbers remembered to tell a packet that comes again: more than wait and were heard in the seconds before. */
const maxRemembered = 512;

/** What is known of one source since its first packet. */
export class PacketSource {
  ssrc: number | null = null;
  readonly estimate = new JitterEstimate();
  /** Up to where sound was given out, in ticks; null before the first. */
  position: number | null = null;
  /** Nothing was there when sound was asked for, and nothing was given out since. */
  isStarved = false;
  /** How long the sound given out last was, in ticks. */
  lastTicks = 0;
  jitterMs = 0;
  newestTimestamp = 0;
  readonly #unwrapTimestamp = createUnwrapper(32);
  readonly #unwrapSequence = createUnwrapper(16);
  /** By their time, the next first. */
  readonly #packets: Waiting[] = [];
  readonly #numbers = new Set<number>();
  #span: { readonly first: number; readonly last: number } | null = null;
  #came = 0;
  #lastTransitMs: number | null = null;

  get waiting(): number {
    return this.#packets.length;
  }

  get first(): Waiting | undefined {
    return this.#packets[0];
  }

  /** By the numbers of its packets, what came of it; null before the first. */
  get reception(): Reception | null {
    if (this.#span === null || this.ssrc === null) return null;
    const { first, last } = this.#span;
    return { ssrc: this.ssrc, expected: last - first + 1, received: this.#came, newest: last, jitterMs: this.jitterMs };
  }

  /** Packets that were sent, by the numbers of those that came, and have not come. */
  get lost(): number {
    const { expected, received } = this.reception ?? { expected: 0, received: 0 };
    return expected - received;
  }

  /** A packet's time, in ticks that do not wrap. */
  unwrapped(timestamp: number): number {
    this.newestTimestamp = timestamp;
    return this.#unwrapTimestamp(timestamp);
  }

  /** Counts the number of a packet that came, whatever is in it; false where it had come already. */
  number(wrapped: number): boolean {
    const sequence = this.#unwrapSequence(wrapped);
    if (this.#numbers.has(sequence)) return false;
    this.#remember(sequence);
    const { first, last } = this.#span ?? { first: sequence, last: sequence };
    this.#span = { first: Math.min(first, sequence), last: Math.max(last, sequence) };
    this.#came += 1;
    return true;
  }

  /** Counts a packet of sound that came; false where it had come already. */
  count(wrapped: number, mediaMs: number, atMs: number): boolean {
    if (!this.number(wrapped)) return false;
    const transitMs = atMs - mediaMs;
    const step = Math.abs(transitMs - (this.#lastTransitMs ?? transitMs));
    this.jitterMs += (step - this.jitterMs) / 16;
    this.#lastTransitMs = transitMs;
    this.estimate.came(mediaMs, atMs);
    return true;
  }

  /** Puts a packet in its place among those that wait. */
  add(packet: Waiting): void {
    const before = this.#packets.findLastIndex(({ start }) => start <= packet.start);
    this.#packets.splice(before + 1, 0, packet);
    if (this.#packets.length > maxWaiting) this.#packets.shift();
  }

  /** The next packet's turn has come. */
  deliver({ start, ticks }: Waiting): void {
    this.#packets.shift();
    this.position = start + ticks;
    this.lastTicks = ticks;
    this.isStarved = false;
  }

  /** The next packet came too late for its turn, or its sound was heard in another. */
  drop(): void {
    this.#packets.shift();
  }

  #remember(sequence: number): void {
    this.#numbers.add(sequence);
    if (this.#numbers.size <= maxRemembered) return;
    for (const oldest of this.#numbers) {
      this.#numbers.delete(oldest);
      return;
    }
  }
}
