import type { MetricsReport } from './observability/metrics/exposition.ts';

/** Whether a server takes new sessions, and why not. */
export type Readiness = 'ready' | 'draining' | 'no shared state' | 'no upstream';

/** The processes behind one port. Whichever of them is asked asks all of them. */
export interface Together {
  /** The metrics of every process that answers, this one's included. */
  metrics(): Promise<readonly MetricsReport[]>;
  /** The readiness of every process that answers, this one's included. */
  readiness(): Promise<readonly Readiness[]>;
}

/** Several that serve as one are as ready as the readiest of them. */
export function readinessOf(all: readonly Readiness[]): Readiness {
  return all.find((each) => each === 'ready') ?? all[0] ?? 'draining';
}
