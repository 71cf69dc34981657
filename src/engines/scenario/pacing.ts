import type { Paced } from '../contract.ts';
import type { Unit } from '../units.ts';
import type { Pace, Reply, Scenario } from './schema.ts';

type Wait = Extract<Paced<never>, { readonly type: 'wait' }>;

/** The pace of one response: what a delta holds, and what to wait before it. */
export interface Pacing {
  readonly unit: Unit;
  /** The pause before the next delta: the first of the response, then the ones between. None where it would be 0. */
  beforeDelta(): readonly Wait[];
}

/** The reply's own pace where it gives one, key by key; else the scenario's; else no waits and words. */
export function pacingOf(scenario: Scenario, reply: Reply | null): Pacing {
  const pace: Pace = { ...scenario.pace, ...reply?.pace };
  let nextMs = pace.first_ms ?? 0;
  return {
    unit: pace.unit ?? 'word',
    beforeDelta() {
      const ms = nextMs;
      nextMs = pace.delta_ms ?? 0;
      return waitFor(ms);
    },
  };
}

/** A pause, or nothing where it takes no time. */
export function waitFor(ms: number): readonly Wait[] {
  return ms === 0 ? [] : [{ type: 'wait', ms }];
}
