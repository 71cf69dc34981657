import * as z from 'zod';
import type { UnknownKeys } from '../check/compile.ts';
import { definitionOf } from '../check/schema.ts';
import { definitionNames } from './definitions.ts';

export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** The dialects in use: 2020-12 for files of their own, draft-07 inside AsyncAPI documents. */
export type Dialect = 'draft-2020-12' | 'draft-07';

/**
 * A schema as JSON Schema. Every named schema that it uses becomes a definition; the schema itself is the root, named or
 * not. Where unknown keys are refused, every object says so.
 */
export function toJsonSchema(root: z.ZodType, unknownKeys: UnknownKeys, dialect: Dialect = 'draft-2020-12'): JsonSchema {
  return z.toJSONSchema(root, {
    target: dialect,
    io: 'input',
    metadata: namesBut(root),
    override: ({ zodSchema, jsonSchema }) => {
      Object.assign(jsonSchema, withoutId(z.globalRegistry.get(zodSchema)));
      if (unknownKeys === 'refuse' && definitionOf(zodSchema).type === 'object') jsonSchema.additionalProperties ??= false;
    },
  });
}

type Names = z.core.$ZodRegistry<{ readonly id: string }>;

/** A registry made for the occasion: names belong to published files, not to the schemas that programs load. */
function namesBut(root: z.core.$ZodType): Names {
  const names: Names = z.registry();
  for (const [schema, id] of definitionNames) if (schema !== root) names.add(schema, { id });
  return names;
}

function withoutId({ id: _, ...metadata }: z.core.GlobalMeta = {}): z.core.GlobalMeta {
  return metadata;
}
