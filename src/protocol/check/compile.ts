import { supportedValues } from '../schemas/supported-values.ts';
import type { Check, Sender } from './check.ts';
import { arrayCheck, nullableCheck, objectCheck, recordCheck } from './container.ts';
import { booleanCheck, choiceCheck, numberCheck, stringCheck } from './scalar.ts';
import { definitionOf, maxPairsOf, rulesOf, type Schema } from './schema.ts';
import { unionCheck } from './union.ts';

/**
 * Turns a schema into the check of the wire. The schema says what is allowed; the check says in which order to look and
 * what to call the first problem, which the validator's list of issues from every branch of every union does not tell.
 * So one schema gives the strict and the lenient check. Takes the kinds of schema that the wire needs, throws on others.
 */
export function compile(schema: Schema, sender: Sender): Check {
  const inner = (part: Schema): Check => compile(part, sender);
  const def = definitionOf(schema);
  switch (def.type) {
    case 'string':
      return stringCheck(rulesOf(schema));
    case 'number':
      return numberCheck(rulesOf(schema), supportedValues.get(schema)?.supported);
    case 'boolean':
      return booleanCheck;
    case 'unknown':
      return () => null;
    case 'literal':
      return choiceCheck(def.values);
    case 'enum':
      return choiceCheck(Object.values(def.entries));
    case 'optional':
      return inner(def.innerType);
    case 'nullable':
      return nullableCheck(inner(def.innerType));
    case 'array':
      return arrayCheck(inner(def.element), rulesOf(schema), supportedValues.get(schema)?.supported);
    case 'record':
      return recordCheck(inner(def.keyType), inner(def.valueType), maxPairsOf(schema));
    case 'object':
      return objectCheck(def.shape, inner, sender);
    case 'union':
      return unionCheck(def.options, inner, sender);
    default:
      throw new TypeError(`The wire has no check for a schema of kind '${def.type}'.`);
  }
}
