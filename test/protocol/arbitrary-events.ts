import * as fc from 'fast-check';
import type * as z from 'zod';
import { definitionOf, isOptional, maxPairsOf, rulesOf } from '../../src/protocol/check/schema.ts';
import { clientEvents } from '../../src/protocol/schemas/client-events.ts';
import { serverEvents } from '../../src/protocol/schemas/server-events.ts';
import { translationClientEvents, translationServerEvents } from '../../src/protocol/schemas/translation-events.ts';
import type {
  ClientEventMap,
  ServerEventMap,
  TranslationClientEventMap,
  TranslationServerEventMap,
} from '../../src/protocol/types.ts';

type Arbitraries<Events> = { readonly [Type in keyof Events]: fc.Arbitrary<Events[Type]> };

/** Any valid event of each type that a client sends. */
export const arbitraryClientEvents = eachOf<ClientEventMap>(clientEvents);

/** Any valid event of each type that a server sends. */
export const arbitraryServerEvents = eachOf<ServerEventMap>(serverEvents);

/** Any valid event of each type that the client of a translation sends. */
export const arbitraryTranslationClientEvents = eachOf<TranslationClientEventMap>(translationClientEvents);

/** Any valid event of each type that the server of a translation sends. */
export const arbitraryTranslationServerEvents = eachOf<TranslationServerEventMap>(translationServerEvents);

function eachOf<Events>(table: Record<keyof Events & string, z.core.$ZodType>): Arbitraries<Events> {
  const entries = Object.entries<z.core.$ZodType>(table).map(([type, schema]) => [type, arbitraryOf(schema)]);
  return Object.fromEntries(entries) as Arbitraries<Events>;
}

/** Any JSON value that the schema allows, without keys that it does not name. */
export function arbitraryOf(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  const def = definitionOf(schema);
  switch (def.type) {
    case 'string':
      return arbitraryString(rulesOf(schema));
    case 'number':
      return arbitraryNumber(rulesOf(schema));
    case 'boolean':
      return fc.boolean();
    case 'unknown':
      return fc.jsonValue({ maxDepth: 3 });
    case 'literal':
      return fc.constantFrom(...def.values);
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries));
    case 'optional':
      // Null would be free JSON, too, but clients say by it that the field is absent.
      return definitionOf(def.innerType).type === 'unknown'
        ? arbitraryOf(def.innerType).filter((value) => value !== null)
        : arbitraryOf(def.innerType);
    case 'nullable':
      return fc.option(arbitraryOf(def.innerType), { freq: 3 });
    case 'array':
      return arbitraryArray(def.element, rulesOf(schema));
    case 'record':
      return fc.dictionary(arbitraryOf(def.keyType) as fc.Arbitrary<string>, arbitraryOf(def.valueType), {
        maxKeys: maxPairsOf(schema) ?? 5,
      });
    case 'object':
      return arbitraryObject(def.shape);
    case 'union':
      return fc.oneof(...def.options.map(arbitraryOf));
    default:
      throw new TypeError(`There is no arbitrary for a schema of kind '${def.type}'.`);
  }
}

type Rules = ReturnType<typeof rulesOf>;

function arbitraryString({ max = 40, pattern }: Rules): fc.Arbitrary<string> {
  if (pattern !== undefined) return fc.stringMatching(pattern);
  return fc.oneof(
    { weight: 5, arbitrary: fc.string({ maxLength: Math.min(max, 20), unit: 'grapheme-ascii' }) },
    { weight: 1, arbitrary: fc.string({ maxLength: max, unit: 'binary' }) },
    { weight: 1, arbitrary: fc.constantFrom('', '😀'.repeat(max), '__proto__', '\u2028"\\') },
  );
}

function arbitraryNumber({ min, max, integer = false }: Rules): fc.Arbitrary<number> {
  if (integer) return fc.maxSafeInteger().map((value) => Math.min(Math.max(value, min ?? value), max ?? value));
  const bounds = { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
  return fc.double({ ...bounds, noNaN: true, noDefaultInfinity: true }).map((value) => value + 0 || 0); // JSON has no -0
}

function arbitraryArray(element: z.core.$ZodType, { min = 0, max = 4 }: Rules): fc.Arbitrary<unknown[]> {
  return fc.array(arbitraryOf(element), { minLength: min, maxLength: max });
}

function arbitraryObject(shape: z.core.$ZodShape): fc.Arbitrary<object> {
  const fields = Object.entries(shape);
  return fc.record(Object.fromEntries(fields.map(([key, field]) => [key, arbitraryOf(field)])), {
    requiredKeys: fields.filter(([, field]) => !isOptional(field)).map(([key]) => key),
    noNullPrototype: true,
  });
}
