/** A value without the keys that hold nothing. */
export type Defined<T> = T extends readonly (infer E)[]
  ? readonly Defined<E>[]
  : T extends object
    ? { [K in keyof T as undefined extends T[K] ? never : K]: Defined<T[K]> } & {
        [K in keyof T as undefined extends T[K] ? K : never]?: Defined<Exclude<T[K], undefined>>;
      }
    : T;

/** Leaves out what is undefined, at any depth: a schema lets a key be there and hold nothing, our types do not. */
export function defined<T>(value: T): Defined<T> {
  // The type says what is done.
  return strip(value) as Defined<T>;
}

function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, held]) => held !== undefined);
  return Object.fromEntries(kept.map(([name, held]) => [name, strip(held)]));
}
