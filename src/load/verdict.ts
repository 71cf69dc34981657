import type { Outcome } from './objectives.ts';

/** How the one who measures has fared. */
export interface Generator {
  /** What 99 of 100 sends were late by at most, in milliseconds; null where nothing was sent by plan. */
  readonly lagP99Ms: number | null;
  /** Cores in use for each process of it. */
  readonly cpu: number;
}

/** Later than this, half a frame, is too late to tell whose delay was measured. */
export const mostLagMs = 20;
/** A process busier than this begins to measure itself. */
export const mostCpu = 0.7;

/** Why a run says nothing of the server; null where it does. */
export function unfitness({ lagP99Ms, cpu }: Generator, processes: number): string | null {
  const more = `use --procs ${processes + 1}, or another machine`;
  if (lagP99Ms !== null && lagP99Ms > mostLagMs) {
    return `the generator lagged ${lagP99Ms.toFixed(0)} ms (p99) behind its plan: ${more}`;
  }
  return cpu > mostCpu ? `the generator used ${(cpu * 100).toFixed(0)} % of a core for each process: ${more}` : null;
}

/** The exit codes of `antiphon load`. */
export const exitCodes = { met: 0, notMet: 1, unreachable: 2, wrongUsage: 3, invalid: 4 } as const;

export function exitCodeOf(why: string | null, outcomes: readonly Outcome[]): number {
  if (why !== null) return exitCodes.invalid;
  return outcomes.every(({ isMet }) => isMet) ? exitCodes.met : exitCodes.notMet;
}
