import { isJsonObject, type JsonObject } from '../json.ts';

/** The object without the keys whose value is undefined; null stays, since on the wire it means something. */
export function present(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** Fields put into an object that may be there already; undefined if there is nothing at all. What is no object is left alone. */
export function merge(into: unknown, fields: JsonObject): unknown {
  if (Object.keys(fields).length === 0) return into;
  if (into === undefined) return fields;
  return isJsonObject(into) ? { ...into, ...fields } : into;
}

/** What is left of an object after its known keys were taken out: undefined if nothing. */
export function remainder(whole: unknown, rest: JsonObject): unknown {
  if (!isJsonObject(whole)) return whole;
  return Object.keys(rest).length === 0 ? undefined : rest;
}

/** The object, or an empty one in place of anything else. */
export function objectOr(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** Maps the elements that are objects, leaves the others; what is no array comes back as it is. */
export function eachObject(list: unknown, map: (element: JsonObject) => JsonObject): unknown {
  return Array.isArray(list) ? list.map((element: unknown) => (isJsonObject(element) ? map(element) : element)) : list;
}

/** The event with one of its objects mapped; where there is no such object, the event as it is. */
export function mapped(event: JsonObject, key: string, map: (value: JsonObject) => JsonObject): JsonObject {
  const value = event[key];
  return isJsonObject(value) ? { ...event, [key]: map(value) } : event;
}
