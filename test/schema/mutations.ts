type JsonObject = Readonly<Record<string, unknown>>;

/** Values of every JSON type, to put where another is expected. */
const strangers: readonly unknown[] = [null, true, -1, 0.5, 1e300, 'stranger', [], {}, { stranger: 1 }];

/**
 * Values that differ from one of the samples in one place, at any depth: some that are still allowed, most that are not.
 * Of samples of one kind that follow each other, the later ones are changed only where they are not like the first.
 */
export function* mutationsOf(samples: readonly unknown[]): Generator<unknown> {
  let first: unknown;
  for (const sample of samples) {
    yield* changed(sample, first);
    if (!isVariation(sample, first)) first = sample;
  }
}

/** Changes of a value wherever it is not like the one that was changed before. */
function* changed(value: unknown, before: unknown): Generator<unknown> {
  yield* strangers;
  if (typeof value === 'string') yield `${value}x`;
  else if (typeof value === 'number') yield* [value - 1, value + 1];
  else if (Array.isArray(value)) yield* changedLists(value);
  else if (isObject(value)) yield* changedObjects(value, isVariation(value, before) ? before : {});
}

/** A member more, all members twice, and each member changed. */
function* changedLists(list: readonly unknown[]): Generator<unknown> {
  yield [...list, 'stranger'];
  yield [...list, ...list];
  for (const [at, member] of list.entries()) {
    for (const mutation of changed(member, undefined)) yield list.with(at, mutation);
  }
}

/** A key more, and each key left out, renamed, and with its value changed. */
function* changedObjects(object: JsonObject, before: JsonObject): Generator<unknown> {
  yield { ...object, stranger: 1 };
  yield { ...object, stranger: 'text' };
  for (const [key, member] of Object.entries(object)) {
    const { [key]: _, ...rest } = object;
    yield rest;
    yield { ...rest, [`${key}x`]: member };
    if (member === before[key]) continue;
    for (const mutation of changed(member, before[key])) yield { ...object, [key]: mutation };
  }
}

/** Whether both are objects of one kind, and the first has no key that the second lacks. */
function isVariation(value: unknown, of: unknown): of is JsonObject {
  if (!isObject(value) || !isObject(of)) return false;
  return value['type'] === of['type'] && value['role'] === of['role'] && Object.keys(value).every((key) => key in of);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
