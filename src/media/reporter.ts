import type { Receiver } from './receiver.ts';
import { buildReport, type ReceptionReport, readSenderReport } from './rtcp.ts';
import type { Sender } from './sender.ts';

export interface ReporterOptions {
  readonly sender: Pick<Sender, 'sent' | 'timestamp'> | null;
  readonly receiver: Pick<Receiver, 'reception'> | null;
  /** Ours. */
  readonly ssrc: number;
  /** Ticks per second of the packets' timestamps. */
  readonly clockRate: number;
}

/** What one side of a call tells the other of how packets fare: browsers adapt what they send to it. */
export class Reporter {
  readonly #options: ReporterOptions;
  /** What was told last. */
  #before = { ssrc: -1, expected: 0, received: 0 };
  /** The peer's newest report. */
  #theirs: { readonly ssrc: number; readonly stamp: number; readonly atMs: number } | null = null;

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  /** RTCP has come from the peer. */
  came(bytes: Uint8Array, atMs: number): void {
    const report = readSenderReport(bytes);
    if (report !== null) this.#theirs = { ...report, atMs };
  }

  /** The report of this moment. */
  report(nowMs: number): Uint8Array {
    const { sender, ssrc } = this.#options;
    const sent = sender && { atMs: nowMs, timestamp: sender.timestamp, ...sender.sent };
    return buildReport(ssrc, sent, this.#heard(nowMs));
  }

  #heard(nowMs: number): ReceptionReport | null {
    const reception = this.#options.receiver?.reception ?? null;
    if (reception === null) return null;
    const { ssrc, expected, received, newest, jitterMs } = reception;
    const before = this.#before.ssrc === ssrc ? this.#before : { expected: 0, received: 0 };
    this.#before = { ssrc, expected, received };
    const theirs = this.#theirs?.ssrc === ssrc ? this.#theirs : null;
    return {
      ssrc,
      expected: expected - before.expected,
      received: received - before.received,
      lost: expected - received,
      newestSequence: newest >>> 0,
      jitterTicks: (jitterMs * this.#options.clockRate) / 1000,
      answers: theirs && { stamp: theirs.stamp, agoMs: nowMs - theirs.atMs },
    };
  }
}
