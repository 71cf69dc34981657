import { isJsonObject, type JsonObject } from '../json.ts';
import type { Check, Sender } from './check.ts';
import { missing, outOfBounds, type Problem, unknownKey, unsupported, within, wrongType } from './problem.ts';
import { isOptional, type Rules, type Schema, takesNull } from './schema.ts';

export function nullableCheck(check: Check): Check {
  return (value, nulls) => (value === null ? null : check(value, nulls));
}

/** `supported`, where given, names the lists allowed in words: the API calls their length a matter of value. */
export function arrayCheck(check: Check, { min = 0, max = Infinity }: Rules, supported?: string): Check {
  return (value, nulls) => {
    if (!Array.isArray(value)) return wrongType(['an array'], value);
    for (let at = 0; at < value.length; at += 1) {
      const problem = check(value[at], nulls);
      if (problem !== null) return within(at, problem);
    }
    if (value.length >= min && value.length <= max) return null;
    return supported === undefined ? wrongLength(value.length, min, max) : unsupported(value, supported);
  };
}

/** A map from any key to values of one kind. */
export function recordCheck(checkKey: Check, checkValue: Check, maxPairs = Infinity): Check {
  return (value, nulls) => {
    if (!isJsonObject(value)) return wrongType(['an object'], value);
    // Before anything is looked at: a map of thousands of keys takes long to walk.
    const pairs = Object.keys(value).length;
    if (pairs > maxPairs) return tooManyPairs(maxPairs, pairs);
    for (const key in value) {
      const badKey = checkKey(key, nulls);
      if (badKey !== null) return { ...badKey, say: (name) => badKey.say(`key of ${name}`) };
      const problem = checkValue(value[key], nulls);
      if (problem !== null) return within(key, problem);
    }
    return null;
  };
}

type Shape = Readonly<Record<string, Schema>>;

interface Field {
  readonly key: string;
  readonly required: boolean;
  readonly nullIsAbsent: boolean;
  readonly check: Check;
}

/** Declared fields in the order of the schema, then keys that it does not name. A field that is undefined is absent. */
export function objectCheck(shape: Shape, compile: (schema: Schema) => Check, sender: Sender): Check {
  const fields: Field[] = Object.entries(shape).map(([key, schema]) => {
    const nullIsAbsent = sender === 'client' && isOptional(schema) && !takesNull(schema);
    return { key, required: !isOptional(schema), nullIsAbsent, check: compile(schema) };
  });
  return (value, nulls) => {
    if (!isJsonObject(value)) return wrongType(['an object'], value);
    let present = 0;
    for (const field of fields) {
      const member = value[field.key];
      if (member === null && field.nullIsAbsent) {
        nulls.push({ holder: value, key: field.key });
        present += 1;
      } else if (member !== undefined) {
        const problem = field.check(member, nulls);
        if (problem !== null) return within(field.key, problem);
        present += 1;
      } else if (field.required) {
        return missing(field.key);
      }
    }
    return sender === 'client' ? firstUnknownKey(value, shape, present) : null;
  };
}

/** Looks for the key only where there are more of them than fields were found. */
function firstUnknownKey(value: JsonObject, shape: Shape, present: number): Problem | null {
  const keys = Object.keys(value);
  if (keys.length === present) return null;
  const key = keys.find((name) => value[name] !== undefined && !Object.hasOwn(shape, name));
  return key === undefined ? null : unknownKey(key);
}

function wrongLength(length: number, min: number, max: number): Problem {
  const actual = `an array with length ${length}`;
  return length < min
    ? outOfBounds('array_below_min_length', 'array too short', `an array with minimum length ${min}`, actual)
    : outOfBounds('array_above_max_length', 'array too long', `an array with maximum length ${max}`, actual);
}

function tooManyPairs(max: number, pairs: number): Problem {
  return outOfBounds(
    'object_above_max_properties',
    'too many properties',
    `an object with at most ${max} properties`,
    `an object with ${pairs} properties`,
  );
}
