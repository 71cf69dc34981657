type Values<T extends readonly unknown[]> = { -readonly [K in keyof T]: Awaited<T[K]> };

/**
 * What all of these come to, once all of them have come to an end.
 *
 * @throws {AggregateError} of every failure, with the message of the first.
 */
export async function allOf<const T extends readonly unknown[]>(promises: T): Promise<Values<T>> {
  const outcomes = await Promise.allSettled(promises);
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? failuresIn(outcome.reason) : []));
  if (failures.length > 0) throw new AggregateError(failures, failures[0]?.message);
  return Promise.all(promises);
}

/** The failures that an error stands for, one or many. */
export function failuresIn(error: unknown): readonly Error[] {
  if (error instanceof AggregateError) return error.errors.flatMap(failuresIn);
  return [error instanceof Error ? error : new Error(String(error))];
}
