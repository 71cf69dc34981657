import { isJsonObject, type JsonObject } from '../json.ts';

/** A field that is null and counts as absent. */
export interface NullField {
  /** The object that holds it, as it was checked. */
  readonly holder: JsonObject;
  readonly key: string;
}

/** What a check found of them. */
export type NullFields = NullField[];

/** The value without these fields, copied; the one that was checked where there are none. */
export function withoutFields(value: unknown, fields: readonly NullField[]): unknown {
  if (fields.length === 0) return value;
  const keysOf = new Map<JsonObject, Set<string>>();
  for (const { holder, key } of fields) keysOf.set(holder, (keysOf.get(holder) ?? new Set()).add(key));
  return copied(value, keysOf);
}

function copied(value: unknown, leftOut: ReadonlyMap<JsonObject, ReadonlySet<string>>): unknown {
  if (Array.isArray(value)) return value.map((member: unknown) => copied(member, leftOut));
  if (!isJsonObject(value)) return value;
  const keys = leftOut.get(value);
  const kept = Object.entries(value).filter(([key]) => keys?.has(key) !== true);
  return Object.fromEntries(kept.map(([key, member]) => [key, copied(member, leftOut)]));
}
