import type { CoreRun, Taken } from './core-run.ts';

/** A law that the events alone do not show: it looks at states and effects. */
export interface CoreLaw {
  readonly number: string;
  readonly says: string;
  broken(run: CoreRun): string | null;
}

/** The first input at which something is wrong, and what. */
export function firstOf(run: CoreRun, problemOf: (taken: Taken) => string | null): string | null {
  for (const [index, taken] of run.taken.entries()) {
    const problem = problemOf(taken);
    if (problem !== null) return `input ${index} (${taken.input.from}): ${problem}`;
  }
  return null;
}
