/** Values of every JSON type, to put where another is expected. */
const strangers: readonly unknown[] = [null, true, -1, 0.5, 1e300, 'stranger', [], {}, { stranger: 1 }];

/** Values that differ from this one in one place, at any depth: some that are still allowed, most that are not. */
export function* mutationsOf(value: unknown): Generator<unknown> {
  yield* strangers;
  if (typeof value === 'string') yield `${value}x`;
  else if (typeof value === 'number') yield* [value - 1, value + 1];
  else if (Array.isArray(value)) yield* mutatedLists(value);
  else if (typeof value === 'object' && value !== null) yield* mutatedObjects({ ...value });
}

/** A member more, all members twice, and each member changed. */
function* mutatedLists(list: readonly unknown[]): Generator<unknown> {
  yield [...list, 'stranger'];
  yield [...list, ...list];
  for (const [at, member] of list.entries()) {
    for (const mutation of mutationsOf(member)) yield list.with(at, mutation);
  }
}

/** A key more, and each key left out, renamed, and with its value changed. */
function* mutatedObjects(object: Readonly<Record<string, unknown>>): Generator<unknown> {
  yield { ...object, stranger: 1 };
  yield { ...object, stranger: 'text' };
  for (const [key, member] of Object.entries(object)) {
    const { [key]: _, ...rest } = object;
    yield rest;
    yield { ...rest, [`${key}x`]: member };
    for (const mutation of mutationsOf(member)) yield { ...object, [key]: mutation };
  }
}
