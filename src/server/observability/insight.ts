import type { Server } from 'node:http';
import type { SessionLog } from '../log.ts';
import type { Ledger } from '../metering/ledger.ts';
import { CallPackets } from './metrics/call-packets.ts';
import type { FrameCount } from './metrics/counted-wire.ts';
import { type Exposition, exposition, type MetricsReport, reporting } from './metrics/exposition.ts';
import { RecordingTally } from './metrics/recording-tally.ts';
import { Tally } from './metrics/tally.ts';
import { Traffic } from './metrics/traffic.ts';
import { UpstreamTally } from './metrics/upstream-tally.ts';
import { type Observer, together } from './observation/observer.ts';
import { transcriptLog } from './observation/transcript-log.ts';
import { tracing } from './tracing.ts';

/** What one server lets its operator see: metrics, traces and, where asked for, the words in its log. */
export interface Insight {
  /** Told of every session and refusal. */
  readonly observer: Observer;
  /** Writes down what sessions cost and what is refused them. */
  readonly ledger: Ledger;
  /** To be counted up with every frame of a session. */
  readonly frames: FrameCount;
  /** The packets of calls. */
  readonly packets: CallPackets;
  /** To be told of the upstreams of relays. */
  readonly upstreams: UpstreamTally;
  /** To be told what recordings come to. */
  readonly recordings: RecordingTally;
  /** Counts the bytes on the connections of `server`. */
  follow(server: Server): void;
  /** The metrics as they stand. */
  readonly metrics: () => Promise<Exposition>;
  /** The same as plain data. */
  readonly report: () => Promise<MetricsReport>;
}

export interface InsightOptions {
  readonly log: SessionLog;
  readonly logTranscripts: boolean;
  /** What this server shares with others. */
  readonly store: { readonly isUp: boolean };
}

export function createInsight(options: InsightOptions): Insight {
  const tally = new Tally();
  const traffic = new Traffic();
  const packets = new CallPackets();
  const upstreams = new UpstreamTally();
  const recordings = new RecordingTally();
  const figures = { tally, traffic, packets, upstreams, recordings, store: options.store };
  const words = options.logTranscripts ? [transcriptLog(options.log)] : [];
  return {
    observer: together([tally, tracing(), ...words]),
    ledger: tally,
    frames: tally.frames,
    packets,
    upstreams,
    recordings,
    follow: (server) => traffic.follow(server),
    metrics: exposition(figures),
    report: reporting(figures),
  };
}
