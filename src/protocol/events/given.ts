/** Whether an optional argument was given: absent ones, undefined or null, are left out of the JSON. */
export function isGiven<T>(value: T): value is NonNullable<T> {
  return value !== undefined && value !== null;
}

/** An argument that may be left away, in whichever way the caller finds handy. */
export type Optional<T> = T | null | undefined;
