import * as z from 'zod';
import type { Sender } from '../check/check.ts';
import { definitionOf, isOptional, takesNull } from '../check/schema.ts';
import { definitionNames } from './definitions.ts';

export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** The dialects in use: 2020-12 for files of their own, draft-07 inside AsyncAPI documents. */
type Dialect = 'draft-2020-12' | 'draft-07';

/** What schemas are called where they become definitions. */
export type Names = ReadonlyMap<z.core.$ZodType, string>;

/**
 * Who writes what a schema describes: one side of the wire, or a `person`. What clients and people write has no keys
 * beyond those named; clients may write null for an absent field (see `Sender`).
 */
export type Author = Sender | 'person';

export interface JsonSchemaOptions {
  /** Whose words are described. */
  readonly from: Author;
  /** Default: those of the protocol. */
  readonly names?: Names;
  /** Default `draft-2020-12`. */
  readonly dialect?: Dialect;
}

/** A schema as JSON Schema. Each named schema that it uses becomes a definition; the schema itself is the root. */
export function toJsonSchema(
  root: z.ZodType,
  { from, names = definitionNames, dialect = 'draft-2020-12' }: JsonSchemaOptions,
): JsonSchema {
  return z.toJSONSchema(root, {
    target: dialect,
    io: 'input',
    metadata: registryOf(names, root),
    override: ({ zodSchema, jsonSchema }) => {
      Object.assign(jsonSchema, z.globalRegistry.get(zodSchema));
      const def = definitionOf(zodSchema);
      if (from === 'server' || def.type !== 'object') return;
      jsonSchema.additionalProperties ??= false;
      if (from === 'client') allowNulls(jsonSchema, def.shape);
    },
  });
}

/** Null for each field that may be absent, but where the schema has a null already or takes any JSON. */
function allowNulls({ properties = {} }: JsonSchema, shape: Readonly<Record<string, z.core.$ZodType>>): void {
  for (const [key, field] of Object.entries(shape)) {
    const written = properties[key];
    if (typeof written !== 'object' || !isOptional(field) || takesNull(field) || isFree(field)) continue;
    properties[key] = { anyOf: [written, { type: 'null' }] };
  }
}

function isFree(field: z.core.$ZodType): boolean {
  const def = definitionOf(field);
  return def.type === 'unknown' || (def.type === 'optional' && isFree(def.innerType));
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
