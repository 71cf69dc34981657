import type { Doc, Docs } from './docs.ts';
import type { JsonSchema } from './json-schema.ts';

/** The schema with what is known of its definitions and their fields written into it. Descriptions it has already stay. */
export function described(schema: JsonSchema, docs: Docs, rootName: string): JsonSchema {
  const root = withDoc(schema, docs.get(rootName));
  const definitions = mapped(root.$defs, (definition, name) => withDoc(definition, docOf(docs, name)));
  return definitions === undefined ? root : { ...root, $defs: definitions };
}
