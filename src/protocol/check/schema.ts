/* oxlint-disable no-underscore-dangle -- zod keeps what a schema is made of under `_zod`, for libraries to read */
import * as z from 'zod';

export type Schema = z.core.$ZodType;
type Definition = z.core.$ZodTypes['_zod']['def'];

/** What the schema is made of, told apart by `type`. */
export function definitionOf(schema: Schema): Definition {
  return (schema as z.core.$ZodTypes)._zod.def;
}

/** Whether an object may lack a field of this schema. */
export function isOptional(schema: Schema): boolean {
  return schema._zod.optin === 'optional';
}

/** Whether null is a value of an object's field, with a meaning of its own. In free JSON it has none. */
export function takesNull(field: Schema): boolean {
  const def = definitionOf(field);
  return def.type === 'nullable' || (def.type === 'optional' && takesNull(def.innerType));
}

/** All values that the schema allows, where it names them. */
export function literalsOf(schema: Schema): ReadonlySet<unknown> | undefined {
  return schema._zod.values;
}

/** The most pairs of a map, which zod has no rule for: it is written where JSON Schema looks for it. */
export function maxPairsOf(schema: Schema): number | undefined {
  const limit = z.globalRegistry.get(schema)?.['maxProperties'];
  return typeof limit === 'number' ? limit : undefined;
}

/** What a schema demands of a text, a number or a list beyond its type. */
export interface Rules {
  readonly min?: number;
  readonly max?: number;
  /** Only whole numbers, and only those that JSON readers agree on. */
  readonly integer?: boolean;
  readonly pattern?: RegExp;
}

/** Reads the demands of a schema. Throws on one that the wire's checks do not know, so that none is lost in silence. */
export function rulesOf(schema: Schema): Rules {
  const { def } = schema._zod;
  const rules: Rules = 'check' in def ? ruleOf(def as unknown as z.core.$ZodCheckDef) : {};
  for (const check of def.checks ?? []) Object.assign(rules, ruleOf(check._zod.def));
  return rules;
}

function ruleOf(def: z.core.$ZodCheckDef): Rules {
  const check = def as z.core.$ZodChecks['_zod']['def'];
  switch (check.check) {
    case 'min_length':
      return { min: check.minimum };
    case 'max_length':
      return { max: check.maximum };
    case 'greater_than':
      return { min: inclusive(check) };
    case 'less_than':
      return { max: inclusive(check) };
    case 'number_format':
      return { integer: true, min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };
    case 'string_format':
      if (check.pattern) return { pattern: check.pattern };
      break;
    default:
  }
  throw new TypeError(`The wire has no check for the rule '${check.check}'.`);
}

function inclusive({
  value,
  inclusive: isInclusive,
}: z.core.$ZodCheckLessThanDef | z.core.$ZodCheckGreaterThanDef): number {
  if (isInclusive && typeof value === 'number') return value;
  throw new TypeError('The wire has no check for an exclusive bound.');
}
