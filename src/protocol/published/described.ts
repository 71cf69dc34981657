import type { Doc, Docs } from './docs.ts';
import type { JsonSchema } from './json-schema.ts';

export type Definitions = Readonly<Record<string, JsonSchema>>;

/** Definitions with what the sources say of them and of their fields. Descriptions that are there already stay. */
export function describedDefinitions(definitions: Definitions, docs: Docs): Record<string, JsonSchema> {
  return mapped(definitions, (definition, name) => {
    // An item that a client adds is the same as any other, but for the length of its id.
    return described(definition, docs.get(name) ?? docs.get(name.replace(/^Client/, '')));
  });
}

/** A schema with what is said of it and of its fields. */
export function described(schema: JsonSchema, doc: Doc | undefined): JsonSchema {
  if (doc === undefined) return schema;
  const fields = withFields(schema, doc.fields);
  return doc.text === undefined ? fields : { description: doc.text, ...fields };
}

/** Finds the fields of an object that is a list's member, nullable, or one of several kinds as well. */
function withFields(schema: JsonSchema, docs: Docs): JsonSchema {
  if (docs.size === 0) return schema;
  const { properties, items, anyOf } = schema;
  return {
    ...schema,
    ...(properties && { properties: mapped(properties, (field, key) => describedIfObject(field, docs.get(key))) }),
    ...(isSchema(items) && { items: withFields(items, docs) }),
    ...(anyOf && { anyOf: anyOf.map((option) => (isSchema(option) ? withFields(option, docs) : option)) }),
  };
}

function describedIfObject<Field>(schema: Field | JsonSchema, doc: Doc | undefined): Field | JsonSchema {
  return isSchema(schema) ? described(schema, doc) : schema;
}

/** Where a schema may stand, JSON Schema allows true and false and, in older dialects, lists. */
function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mapped<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From, key: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
