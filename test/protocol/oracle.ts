import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import * as z from 'zod';

/** What another checker, given the published form of the same schemas, says of an event. */
export type Oracle = (value: unknown) => 'valid' | 'invalid' | 'unknown type';

/**
 * Judges events by ajv, from the JSON Schema that zod writes of their table: with `strict`, unknown fields are invalid and
 * null may stand for any field that may be absent.
 * Nothing of our own checks has a part in it.
 */
export function oracleOf(events: Record<string, z.ZodType>, strict: boolean): Oracle {
  const ajv = new Ajv2020({ strict: false, strictNumbers: true }); // 1e999 reads as Infinity, which is no JSON
  const validators = new Map<string, ValidateFunction>();
  for (const [type, schema] of Object.entries(events)) {
    const written = z.toJSONSchema(schema, {
      io: strict ? 'output' : 'input',
      override: ({ jsonSchema }) => (strict ? allowNulls(jsonSchema) : undefined),
    });
    validators.set(type, ajv.compile(written));
  }
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'invalid';
    const type: unknown = Reflect.get(value, 'type');
    if (typeof type !== 'string') return 'invalid';
    const validate = validators.get(type);
    if (validate === undefined) return 'unknown type';
    return validate(value) ? 'valid' : 'invalid';
  };
}

function allowNulls({ properties = {}, required = [] }: z.core.JSONSchema.BaseSchema): void {
  for (const [key, field] of Object.entries(properties)) {
    if (!required.includes(key) && typeof field === 'object') properties[key] = { anyOf: [field, { type: 'null' }] };
  }
}
