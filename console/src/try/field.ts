import { isJsonObject, type JsonObject } from '../../../src/protocol/json.ts';

/** What a form asks for, made of a JSON Schema. */
export type Field =
  | { readonly kind: 'text'; readonly about: string }
  | { readonly kind: 'number'; readonly about: string }
  | { readonly kind: 'boolean'; readonly about: string }
  | { readonly kind: 'choice'; readonly about: string; readonly options: readonly string[] }
  /** Always the same. */
  | { readonly kind: 'constant'; readonly about: string; readonly value: unknown }
  | { readonly kind: 'object'; readonly about: string; readonly fields: readonly NamedField[] }
  /** One of several objects, told apart by a field that is constant in each. */
  | { readonly kind: 'variants'; readonly about: string; readonly tag: string; readonly variants: readonly Variant[] }
  /** What no form is made for: written as JSON. */
  | { readonly kind: 'json'; readonly about: string };

export interface NamedField {
  readonly name: string;
  readonly isRequired: boolean;
  readonly field: Field;
}

export interface Variant {
  readonly value: string;
  readonly fields: readonly NamedField[];
}

/** The definitions of a schema file, by name. */
export type Definitions = Readonly<Record<string, unknown>>;

/** Deeper than this, JSON is easier to write than a form. */
const deepest = 6;

/** The form for a schema. */
export function fieldOf(schema: unknown, definitions: Definitions, depth = 0): Field {
  const { plain, about } = plainSchema(schema, definitions);
  const { type, properties } = plain;
  if ('const' in plain) return { kind: 'constant', about, value: plain['const'] };
  const options = plain['enum'];
  if (Array.isArray(options)) return { kind: 'choice', about, options: options.map(String) };
  if (type === 'string' || isText(type)) return { kind: 'text', about };
  if (type === 'number' || type === 'integer') return { kind: 'number', about };
  if (type === 'boolean') return { kind: 'boolean', about };
  if (depth < deepest && isJsonObject(properties))
    return { kind: 'object', about, fields: namedFields(plain, properties, definitions, depth) };
  return (depth < deepest ? variantsOf(plain, definitions, depth, about) : null) ?? { kind: 'json', about };
}

/** `["string", "null"]` */
function isText(type: unknown): boolean {
  return Array.isArray(type) && type.includes('string');
}

function namedFields(plain: JsonObject, properties: JsonObject, definitions: Definitions, depth: number): NamedField[] {
  const required = new Set(Array.isArray(plain['required']) ? plain['required'] : []);
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    isRequired: required.has(name),
    field: fieldOf(schema, definitions, depth + 1),
  }));
}

/** The schema without references, and without the null that stands for an absent value. */
function plainSchema(schema: unknown, definitions: Definitions, told = ''): { plain: JsonObject; about: string } {
  const given = isJsonObject(schema) ? schema : {};
  const about = told || (typeof given['description'] === 'string' ? given['description'] : '');
  const reference = given['$ref'];
  if (typeof reference === 'string')
    return plainSchema(definitions[reference.split('/').at(-1) ?? ''], definitions, about);
  const choices = choicesIn(given).filter((choice) => !isJsonObject(choice) || choice['type'] !== 'null');
  return choices.length === 1 ? plainSchema(choices[0], definitions, about) : { plain: given, about };
}

function choicesIn({ anyOf, oneOf }: JsonObject): readonly unknown[] {
  if (Array.isArray(anyOf)) return anyOf;
  return Array.isArray(oneOf) ? oneOf : [];
}

/** Objects by their tag; null where the choices are no such objects. */
function variantsOf(plain: JsonObject, definitions: Definitions, depth: number, about: string): Field | null {
  const fields = choicesIn(plain).flatMap((choice) => leaves(fieldOf(choice, definitions, depth)));
  for (const tag of ['type', 'role']) {
    const variants = fields.map((field) => variantOf(field, tag));
    const known = variants.filter((variant) => variant !== null);
    const isTold = new Set(known.map(({ value }) => value)).size === known.length;
    if (known.length > 1 && known.length === variants.length && isTold)
      return { kind: 'variants', about, tag, variants: known };
  }
  return null;
}

/** The variants within a variant count for themselves: a message of the user's is one kind of item. */
function leaves(field: Field): readonly Field[] {
  if (field.kind !== 'variants' || field.tag !== 'role') return [field];
  return field.variants
    .slice(0, 1)
    .map(({ fields }) => ({ kind: 'object', about: field.about, fields: loosened(fields, field) }));
}

/** The role of a message is to be chosen. */
function loosened(fields: readonly NamedField[], { variants }: Extract<Field, { kind: 'variants' }>): NamedField[] {
  const options = variants.map(({ value }) => value);
  return fields.map((each) =>
    each.name === 'role' ? { ...each, field: { kind: 'choice', about: each.field.about, options } } : each,
  );
}

function variantOf(field: Field, tag: string): Variant | null {
  if (field.kind !== 'object') return null;
  const tagged = field.fields.find(({ name }) => name === tag)?.field;
  if (tagged?.kind !== 'constant' || typeof tagged.value !== 'string') return null;
  return { value: tagged.value, fields: field.fields };
}
