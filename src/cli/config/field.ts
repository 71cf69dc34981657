import * as z from 'zod';

/** A whole number in a range; the message says the range whatever is wrong with the value. */
export function whole(min: number, max: number): z.ZodNumber {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}

export function text(what: string): z.ZodString {
  return z.string({ error: `must be ${what}` }).min(1, { error: `must be ${what}` });
}

export function flag(): z.ZodBoolean {
  return z.boolean({ error: 'must be true or false' });
}

export function oneOf<const T extends readonly string[]>(values: T): z.ZodEnum<{ [K in T[number]]: K }> {
  return z.enum(values, { error: `must be one of ${values.join(', ')}` });
}

/** An http or https URL, without a user name or fragment. */
export function httpUrl(example: string): z.ZodString {
  const error = `must be an http or https URL such as ${example}, without a user name`;
  return z.string({ error }).regex(/^[Hh][Tt][Tt][Pp][Ss]?:\/\/[^\s/?#@]+(?:\/[^\s?#@]*)?(?:\?[^\s#]*)?$/, { error });
}

/** A mapping that takes these keys and no other. `mistake` is what is said of a value that is no mapping. */
export function section<T extends z.ZodRawShape>(
  shape: T,
  mistake: (found: unknown) => string = () => 'must hold keys and values',
): z.ZodObject<T, z.core.$strict> {
  const keys = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: ({ code, input }) => (code === 'unrecognized_keys' ? `it takes ${keys}` : mistake(input)),
  });
}

/** A key that may be left out, with what it means: the published JSON Schema carries these words into editors. */
export function key<T extends z.ZodType>(meaning: string, schema: T): z.ZodOptional<T> {
  return z.optional(schema).describe(meaning);
}
