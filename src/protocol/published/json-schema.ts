import * as z from 'zod';
import type { UnknownKeys } from '../check/compile.ts';
import { definitionOf } from '../check/schema.ts';
import { definitionNames } from './definitions.ts';

export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** The dialects in use: 2020-12 for files of their own, draft-07 inside AsyncAPI documents. */
type Dialect = 'draft-2020-12' | 'draft-07';

/** What schemas are called where they become definitions. */
export type Names = ReadonlyMap<z.core.$ZodType, string>;

export interface JsonSchemaOptions {
  /** Where they are refused, every object says so. */
  readonly unknownKeys: UnknownKeys;
  /** Default: those of the protocol. */
  readonly names?: Names;
  /** Default `draft-2020-12`. */
  readonly dialect?: Dialect;
}

/** A schema as JSON Schema. Each named schema that it uses becomes a definition; the schema itself is the root. */
export function toJsonSchema(
  root: z.ZodType,
  { unknownKeys, names = definitionNames, dialect = 'draft-2020-12' }: JsonSchemaOptions,
): JsonSchema {
  return z.toJSONSchema(root, {
    target: dialect,
    io: 'input',
    metadata: registryOf(names, root),
    override: ({ zodSchema, jsonSchema }) => {
      Object.assign(jsonSchema, z.globalRegistry.get(zodSchema));
      if (unknownKeys === 'refuse' && definitionOf(zodSchema).type === 'object')
        jsonSchema.additionalProperties ??= false;
    },
  });
}

/** The definitions of a schema, whichever dialect it is in. */
export function definitionsOf({ $defs, ['definitions']: older }: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return $defs ?? (older as Readonly<Record<string, JsonSchema>> | undefined) ?? {};
}

/** A registry made for the occasion: names belong to published files, not to the schemas that programs load. */
function registryOf(names: Names, root: z.core.$ZodType): z.core.$ZodRegistry<{ readonly id: string }> {
  const registry = z.registry<{ readonly id: string }>();
  for (const [schema, id] of names) if (schema !== root) registry.add(schema, { id });
  return registry;
}
