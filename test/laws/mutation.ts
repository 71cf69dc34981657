/** A deliberate bug, and what catches it. */
export interface Mutation {
  /** The region of the session that it is in. */
  readonly region: string;
  /** What goes wrong; completes the sentence "a session that …". */
  readonly bug: string;
  /** Below `src`. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** The law that must be among those that break first, by its number; or a folder of unit tests, one of which must fail. */
  readonly caughtBy: { readonly law: string } | { readonly tests: string };
}

/** Bugs of one region. */
export function region(name: string, ...each: readonly Omit<Mutation, 'region'>[]): Mutation[] {
  return each.map((mutation) => ({ region: name, ...mutation }));
}

/** Caught by a law of this number. */
export const law = (number: string) => ({ law: number });
