import type { ServerEventMap } from '../../protocol/events/index.ts';

/**
 * What a server said, taken at its word as to names only: any field may be missing or null, and a value may be of another
 * type than the API says. The compiler asks for the first; the readers below ask for the second.
 */
export type Told<T> = T extends (infer Element)[]
  ? readonly (Told<Element> | null)[]
  : T extends object
    ? { readonly [Key in keyof T]?: Told<T[Key]> | null }
    : T;

/** A server event by its type, as told. */
export type ToldEvent<Type extends keyof ServerEventMap = keyof ServerEventMap> = {
  [Each in Type]: Told<Omit<ServerEventMap[Each], 'type'>> & { readonly type: Each };
}[Type];

/** The text, or `''` where it is none. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The text, or null if it is none. */
export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** The number, or 0 where it is none that can be counted with. */
export function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

/** The object, or null if it is none. */
export function objectOf<T extends object>(value: T | null | undefined): T | null {
  return typeof value === 'object' && value !== null ? value : null;
}

/** The objects of a list, whatever else it holds. */
export function objectsOf<T extends object>(value: readonly (T | null)[] | null | undefined): readonly T[] {
  return Array.isArray(value) ? value.filter((each): each is T => typeof each === 'object' && each !== null) : [];
}
