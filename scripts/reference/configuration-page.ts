import { type Definitions, fieldsOf, type LinkTo, nameOf, type Schema, table, typeOf } from './json-schema.ts';
import { slugOf } from './slugs.ts';

const introduction = `# Every key of the configuration

Every key that \`antiphon.yaml\` may have, with its type, its bounds and its default, made from the schema that the program itself
checks a file by. What the keys are for, with an example of each, is on the page about [configuration](../configuration.md); it also
has the flags and the environment variables. \`antiphon check-config\` names the line of each key that is wrong.

A key that has a tick is needed where the object that it belongs to is written. \`NAME\` stands for a name of your own.
`;

/** The text of `docs/reference/configuration.md`. */
export function configurationPage(schema: Schema & { readonly $defs?: Definitions }): string {
  const definitions = schema.$defs ?? {};
  const paths = pathsOf(schema, definitions);
  const sections = Object.entries(definitions)
    .filter(([name]) => paths.has(name))
    .map(([name, definition]) => section(name, definition, paths.get(name) ?? []));
  return `${[introduction.trimEnd(), '## The file', keyTable(schema), ...sections].join('\n\n')}\n`;
}

const linkTo: LinkTo = (name) => `[${name}](#${slugOf(name)})`;

function section(name: string, schema: Schema, paths: readonly string[]): string {
  const at = `At ${paths.map((path) => `\`${path}\``).join(', ')}.`;
  const isObject = Object.keys(schema.properties ?? {}).length > 0;
  const forms = isObject ? keyTable(schema) : `It is: ${typeOf(schema, linkTo)}.`;
  return [`## ${name}`, at, forms].join('\n\n');
}

function keyTable(schema: Schema): string {
  const rows = fieldsOf(schema, linkTo).map(({ path, type, isRequired, description }) => {
    const { meaning, otherwise } = defaultIn(description);
    return [`\`${path}\``, isRequired ? '✓' : '', type, otherwise, meaning];
  });
  return table(['Key', 'Needed', 'Type', 'Default', 'Meaning'], rows);
}

/** A description without its default, and that. */
export function defaultIn(description: string): { readonly meaning: string; readonly otherwise: string } {
  const found = /\bDefault:? (.+?)\.(?= |$)/.exec(description);
  if (found === null) return { meaning: description, otherwise: '' };
  const [all, otherwise = ''] = found;
  return { meaning: description.replace(all, '').replaceAll('  ', ' ').trim(), otherwise };
}

/** Where each definition stands in a file: the paths of the keys that it is the value of. */
function pathsOf(root: Schema, definitions: Definitions): ReadonlyMap<string, readonly string[]> {
  const paths = new Map<string, string[]>();
  const visit = (schema: Schema, path: string): void => {
    if (schema.$ref !== undefined) {
      const name = nameOf(schema.$ref);
      const known = paths.get(name) ?? [];
      if (known.includes(path)) return;
      paths.set(name, [...known, path]);
      visit(definitions[name] ?? {}, path);
    }
    for (const each of [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]) visit(each, path);
    if (schema.items !== undefined) visit(schema.items, `${path}[]`);
    if (typeof schema.additionalProperties === 'object') visit(schema.additionalProperties, `${path}.NAME`);
    for (const [key, value] of Object.entries(schema.properties ?? {}))
      visit(value, path === '' ? key : `${path}.${key}`);
  };
  visit(root, '');
  return paths;
}
