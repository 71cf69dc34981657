interface Named {
  readonly do: string;
}

/** What to do about each effect: a line for every one there is, and none for any other. */
export type Acts<Effect extends Named> = {
  readonly [Name in Effect['do']]: (effect: Extract<Effect, { readonly do: Name }>) => void;
};

/** Carries an effect out by its line of the table. */
export function carryOut<Effect extends Named>(acts: Acts<Effect>, effect: Effect): void {
  const name: Effect['do'] = effect.do;
  // The table has the effect's own line under the effect's own name, which the compiler does not follow for a union.
  const act = acts[name] as (effect: Effect) => void;
  act(effect);
}
