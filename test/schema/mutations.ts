/** Values of every JSON type, to put where another is expected. */
const strangers: readonly unknown[] = [null, true, -1, 0.5, 1e300, '', 'stranger', [], ['stranger'], {}, { stranger: 1 }];

/** All values that differ from this one in one place: a key more, a key less, a member more, or a stranger somewhere. */
export function* mutationsOf(value: unknown): Generator<unknown> {
  yield* strangers;
  if (Array.isArray(value)) yield* mutatedLists(value);
  else if (typeof value === 'object' && value !== null) yield* mutatedObjects({ ...value });
}

function* mutatedLists(list: readonly unknown[]): Generator<unknown> {
  yield [...list, 'stranger'];
  yield [...list, ...list];
  for (const [at, member] of list.entries()) {
    for (const mutation of mutationsOf(member)) yield list.with(at, mutation);
  }
}

function* mutatedObjects(object: Readonly<Record<string, unknown>>): Generator<unknown> {
  yield { ...object, stranger: 1 };
  for (const [key, member] of Object.entries(object)) {
    const { [key]: _, ...rest } = object;
    yield rest;
    for (const mutation of mutationsOf(member)) yield { ...object, [key]: mutation };
  }
}
