/** A schema of any library that follows standardschema.dev: zod, valibot, arktype … Written down here: no library is needed. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    /** Newer libraries can also write the schema down as JSON Schema. */
    readonly jsonSchema?:
      | { readonly input: (options: { readonly target: 'draft-2020-12' }) => Readonly<Record<string, unknown>> }
      | undefined;
  };
}

/** What a schema of any library makes of a value: the value, or what is wrong with it. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** What is wrong with a value, and where in it. */
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What the schema makes of a value that it accepts. */
export type StandardOutput<Schema extends StandardSchema> = NonNullable<Schema['~standard']['types']>['output'];

export function isStandardSchema(value: object): value is StandardSchema {
  return '~standard' in value;
}

/** The schema as JSON Schema, where its library can write it; null where not. */
export function writtenSchema(schema: StandardSchema): Readonly<Record<string, unknown>> | null {
  const written = schema['~standard'].jsonSchema?.input({ target: 'draft-2020-12' }) ?? null;
  if (written === null) return null;
  // The address of the dialect tells a model nothing, and some servers refuse it.
  const { $schema: _dialect, ...rest } = written;
  return rest;
}
