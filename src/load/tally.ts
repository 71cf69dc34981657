import { Histogram, type HistogramData } from './histogram.ts';

/**
 * What is measured of sessions and turns, in milliseconds. `session_created` counts from the moment the session was to be opened;
 * `interrupted`, of `barge`, from the moment the user was to speak over the answer, to its end; all others from the moment the
 * user was to have finished.
 */
export const latencyNames = [
  'session_created',
  'speech_stopped',
  'response_created',
  'first_audio',
  'first_text',
  'done',
  'interrupted',
] as const;
export type LatencyName = (typeof latencyNames)[number];

/** A tally as data, which passes between processes. */
export interface TallyData {
  readonly latencies: readonly (readonly [LatencyName, HistogramData])[];
  readonly lag: HistogramData;
  readonly errors: readonly (readonly [string, number])[];
  readonly closes: readonly (readonly [string, number])[];
  readonly wanted: number;
  readonly opened: number;
  readonly begun: number;
  readonly answered: number;
  readonly starvedMs: number;
  readonly playedMs: number;
}

/** What many sessions have come to. */
export class Tally {
  readonly latencies = new Map(latencyNames.map((name) => [name, new Histogram()]));
  /** How much later than planned things were sent. */
  readonly lag = new Histogram();
  readonly errors = new Map<string, number>();
  /** Closes that nobody here has asked for, by code. */
  readonly closes = new Map<string, number>();
  /** Sessions that were to be opened. */
  wanted = 0;
  /** Sessions that were created. */
  opened = 0;
  /** Turns that were to be answered. */
  begun = 0;
  answered = 0;
  starvedMs = 0;
  playedMs = 0;

  latency(name: LatencyName, ms: number): void {
    this.latencies.get(name)?.record(ms);
  }

  error(code: string): void {
    add(this.errors, code, 1);
  }

  closed(code: number): void {
    add(this.closes, String(code), 1);
  }

  /** Errors and closes, for each session and turn that was begun; 0 where there was none. */
  get failedShare(): number {
    const failures = [...this.errors.values(), ...this.closes.values()].reduce((sum, count) => sum + count, 0);
    return failures === 0 ? 0 : failures / Math.max(1, this.wanted + this.begun);
  }

  /** Milliseconds of every minute of sound; null where none was played. */
  get starvedPerMinute(): number | null {
    return this.playedMs === 0 ? null : (this.starvedMs / this.playedMs) * 60_000;
  }

  get data(): TallyData {
    const { wanted, opened, begun, answered, starvedMs, playedMs } = this;
    return {
      latencies: [...this.latencies].map(([name, { data }]) => [name, data]),
      lag: this.lag.data,
      errors: [...this.errors],
      closes: [...this.closes],
      wanted,
      opened,
      begun,
      answered,
      starvedMs,
      playedMs,
    };
  }

  merge(data: TallyData): void {
    for (const [name, held] of data.latencies) this.latencies.get(name)?.merge(held);
    this.lag.merge(data.lag);
    for (const [code, count] of data.errors) add(this.errors, code, count);
    for (const [code, count] of data.closes) add(this.closes, code, count);
    for (const key of ['wanted', 'opened', 'begun', 'answered', 'starvedMs', 'playedMs'] as const)
      this[key] += data[key];
  }
}

function add(counts: Map<string, number>, code: string, count: number): void {
  counts.set(code, (counts.get(code) ?? 0) + count);
}
