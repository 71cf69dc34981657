/** A JSON Schema object. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * What a JSON Schema written in place describes, as a type: `type`, `properties`, `required`, `items`, `enum`, `const`,
 * `anyOf`. Anything else is `unknown`. `schemaIssues` checks exactly this at run time, so that the type is no wish.
 */
export type FromJsonSchema<Schema> = Schema extends { readonly const: infer Value }
  ? Value
  : Schema extends { readonly enum: readonly (infer Value)[] }
    ? Value
    : Schema extends { readonly anyOf: readonly (infer Option)[] }
      ? FromJsonSchema<Option>
      : Schema extends { readonly type: infer Type }
        ? OfType<Type, Schema>
        : unknown;

type OfType<Type, Schema> = Type extends readonly (infer Each)[]
  ? OfType<Each, Schema>
  : Type extends keyof Primitives
    ? Primitives[Type]
    : Type extends 'array'
      ? Schema extends { readonly items: infer Items }
        ? readonly FromJsonSchema<Items>[]
        : readonly unknown[]
      : Type extends 'object'
        ? OfObject<Schema>
        : unknown;

interface Primitives {
  string: string;
  number: number;
  integer: number;
  boolean: boolean;
  null: null;
}

type OfObject<Schema> = Schema extends { readonly properties: infer Properties }
  ? Flat<
      {
        readonly [Key in keyof Properties as Key extends Required<Schema> ? Key : never]: FromJsonSchema<
          Properties[Key]
        >;
      } & {
        readonly [Key in keyof Properties as Key extends Required<Schema> ? never : Key]?: FromJsonSchema<
          Properties[Key]
        >;
      }
    >
  : Readonly<Record<string, unknown>>;

type Required<Schema> = Schema extends { readonly required: readonly (infer Key)[] } ? Key : never;
type Flat<T> = { [Key in keyof T]: T[Key] };

/** What is wrong with a value, and where. */
export interface SchemaIssue {
  /** Dotted; `''` for the whole. */
  readonly path: string;
  readonly message: string;
}

/** What is wrong with the value by the keywords that `FromJsonSchema` knows; other keywords are not looked at. */
export function schemaIssues(schema: unknown, value: unknown, path = ''): readonly SchemaIssue[] {
  if (!isObject(schema)) return [];
  const { anyOf, type, enum: options } = schema;
  if ('const' in schema) return isSame(schema['const'], value) ? [] : [issue(path, 'is not the value it must be')];
  if (Array.isArray(options)) {
    const list = options.map((each) => JSON.stringify(each)).join(', ');
    return options.some((each) => isSame(each, value)) ? [] : [issue(path, `must be one of ${list}`)];
  }
  if (Array.isArray(anyOf)) return anyOfIssues(anyOf, value, path);
  const types = Array.isArray(type) ? type : typeof type === 'string' ? [type] : [];
  if (types.length > 0 && !types.some((each) => isOfType(each, value)))
    return [issue(path, `must be ${types.join(' or ')}`)];
  if (Array.isArray(value))
    return value.flatMap((each, index) => schemaIssues(schema['items'], each, joined(path, index)));
  return isObject(value) ? objectIssues(schema, value, path) : [];
}

function anyOfIssues(options: readonly unknown[], value: unknown, path: string): readonly SchemaIssue[] {
  const all = options.map((option) => schemaIssues(option, value, path));
  return all.some((issues) => issues.length === 0) ? [] : (all[0] ?? []);
}

function objectIssues(schema: JsonSchema, value: JsonSchema, path: string): readonly SchemaIssue[] {
  const { required, properties } = schema;
  const names: readonly unknown[] = Array.isArray(required) ? required : [];
  const missing = names.flatMap((name) =>
    typeof name === 'string' && !Object.hasOwn(value, name) ? [issue(joined(path, name), 'is missing')] : [],
  );
  if (!isObject(properties)) return missing;
  const wrong = Object.entries(properties).flatMap(([name, each]) =>
    Object.hasOwn(value, name) ? schemaIssues(each, value[name], joined(path, name)) : [],
  );
  return [...missing, ...wrong];
}

function isOfType(type: unknown, value: unknown): boolean {
  switch (type) {
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type;
    case 'integer':
      return Number.isInteger(value);
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    default:
      return true;
  }
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

function joined(path: string, key: string | number): string {
  return path === '' ? String(key) : `${path}.${key}`;
}

function issue(path: string, message: string): SchemaIssue {
  return { path, message };
}
