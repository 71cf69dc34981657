import type { RelayOptions } from './options.ts';

/** An upstream as the choice sees it. */
export interface Choosable {
  readonly settings: { readonly weight: number; readonly priority: number };
  /** Sessions that it has now. */
  readonly sessions: number;
}

/**
 * Upstreams in the order in which they are tried: lower priorities first; within one as the strategy says. `random` gives
 * numbers from 0 to below 1.
 */
export function inOrderOfChoice<T extends Choosable>(
  upstreams: readonly T[],
  strategy: NonNullable<RelayOptions['strategy']>,
  random: () => number,
): readonly T[] {
  const priorities = [...new Set(upstreams.map(({ settings }) => settings.priority))].toSorted((a, b) => a - b);
  return priorities.flatMap((priority) => {
    const group = upstreams.filter(({ settings }) => settings.priority === priority);
    switch (strategy) {
      case 'listed':
        return group;
      case 'least_sessions':
        return group.toSorted((a, b) => load(a) - load(b));
      case 'weighted':
        return byChance(group, random);
      default:
        return strategy satisfies never;
    }
  });
}

function load({ sessions, settings }: Choosable): number {
  return sessions / settings.weight;
}

/** Drawn one after the other, each with the chance of its weight among those that are left. */
function byChance<T extends Choosable>(group: readonly T[], random: () => number): readonly T[] {
  const left = [...group];
  const drawn: T[] = [];
  while (left.length > 0) {
    let at = random() * left.reduce((sum, { settings }) => sum + settings.weight, 0);
    const index = left.findIndex(({ settings }) => (at -= settings.weight) < 0);
    drawn.push(...left.splice(Math.max(index, 0), 1));
  }
  return drawn;
}
