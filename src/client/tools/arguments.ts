import { type JsonSchema, type SchemaIssue, schemaIssues } from './json-schema.ts';
import { type ToolFailure, toolFailure } from './output.ts';
import { isStandardSchema, type StandardIssue, type StandardSchema } from './standard-schema.ts';

/** Arguments of a call, or what is wrong with them. */
export type ReadArguments<Args> =
  | { readonly ok: true; readonly args: Args }
  | { readonly ok: false; readonly failure: ToolFailure };

/** Reads arguments and checks them. A model that says nothing at all means no arguments. */
export async function readArguments<Args>(
  json: string,
  schema: StandardSchema | JsonSchema,
): Promise<ReadArguments<Args>> {
  let value: unknown;
  try {
    value = json.trim() === '' ? {} : JSON.parse(json);
  } catch {
    return { ok: false, failure: toolFailure('invalid_json', 'The arguments are not valid JSON.') };
  }
  if (!isStandardSchema(schema)) {
    // Arguments are an object even where the schema forgets to say so.
    return checked<Args>(value, schemaIssues({ type: 'object', ...schema }, value));
  }
  const result = await schema['~standard'].validate(value);
  return checked<Args>('value' in result ? result.value : value, result.issues?.map(issueOf) ?? []);
}

/** The one place where a value gets the type that its schema has just vouched for. */
function checked<Args>(value: unknown, issues: readonly SchemaIssue[]): ReadArguments<Args> {
  if (issues.length === 0) return { ok: true, args: value as Args };
  const list = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  return { ok: false, failure: toolFailure('invalid_arguments', `The arguments are not valid. ${list}`, issues) };
}

function issueOf({ message, path = [] }: StandardIssue): SchemaIssue {
  const keys = path.map((each) => (typeof each === 'object' ? each.key : each));
  return { path: keys.map(String).join('.'), message };
}
