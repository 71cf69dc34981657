import { Counts, Latencies, type Sample } from './series.ts';

/** How a try to reach an upstream ended: it settled, it failed, or it refused the session or our key. */
export type ConnectOutcome = 'ok' | 'failed' | 'refused';

/** An upstream as it is doing now. */
export interface UpstreamState {
  readonly model: string;
  readonly upstream: string;
  readonly isUp: boolean;
  readonly sessions: number;
}

/** What is counted of the upstreams of relays, over all configurations. */
export class UpstreamTally {
  readonly connects = new Counts();
  readonly connectTimes = new Latencies<ConnectOutcome>();
  readonly failovers = new Counts();
  #states: () => readonly UpstreamState[] = () => [];

  /** The upstreams of the configuration that holds now, in place of those before. */
  follow(states: () => readonly UpstreamState[]): void {
    this.#states = states;
  }

  tried(model: string, upstream: string, outcome: ConnectOutcome, ms: number): void {
    this.connects.add({ model, upstream, outcome });
    this.connectTimes.add(outcome, ms);
  }

  /** A session went to another upstream than the first that was tried, while it was opened. */
  failedOver(): void {
    this.failovers.add({ when: 'connect' });
  }

  get up(): readonly Sample[] {
    return this.#states().map(({ model, upstream, isUp }) => ({ labels: { model, upstream }, value: isUp ? 1 : 0 }));
  }

  get sessions(): readonly Sample[] {
    return this.#states().map(({ model, upstream, sessions }) => ({ labels: { model, upstream }, value: sessions }));
  }
}
