import type { MetricsReport } from './observability/metrics/exposition.ts';

/** Whether a server takes new sessions, and why not. */
export type Readiness = 'ready' | 'draining' | 'no shared state' | 'no upstream';

/** What the processes behind one port know of themselves, each asked by whoever is asked. */
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
