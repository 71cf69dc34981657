import type * as FastCheck from 'fast-check';

/** The module `fast-check`, given by the caller, so that nothing of ours loads it. */
export type Fc = typeof FastCheck;
export type Arbitrary<T> = FastCheck.Arbitrary<T>;

type Weighted<T> = readonly [weight: number, arbitrary: Arbitrary<T>];

/** One of several, each as often as its weight says. */
export function weighted<T>(fc: Fc, ...choices: readonly Weighted<T>[]): Arbitrary<T> {
  return fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}
