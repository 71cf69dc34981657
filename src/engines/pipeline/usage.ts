import type { ResponseUsage } from '../../protocol/types.ts';

/** What two answers cost together; unknown where either is, since half a count is a wrong one. */
export function addUsage(one: ResponseUsage | undefined, other: ResponseUsage | undefined): ResponseUsage | undefined {
  return one === undefined || other === undefined ? undefined : added(one, other);
}

/** Adds numbers under the same names, at any depth; what only one has stays as it is. */
function added<T extends object>(one: T, other: T): T {
  const before = new Map<string, unknown>(Object.entries(one));
  const sums = Object.entries(other).map(([name, value]) => [name, addedValue(before.get(name), value)] as const);
  return { ...one, ...other, ...Object.fromEntries(sums) };
}

function addedValue(one: unknown, other: unknown): unknown {
  if (typeof one === 'number' && typeof other === 'number') return one + other;
  if (isObject(one) && isObject(other)) return added(one, other);
  return other ?? one;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
