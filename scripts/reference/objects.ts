import { type Definitions, fieldsOf, type LinkTo, type Schema, table, typeOf } from './json-schema.ts';
import { slugOf } from './slugs.ts';
import type { Statement } from './statements.ts';

/** The published schemas by the name of their file, without `.json`. */
export type PublishedSchemas = Readonly<Record<string, Schema & { readonly $defs?: Definitions }>>;

const introduction = `# Objects

The objects that events and REST bodies carry, made from the [published schemas](../schemas.md), which checkers of JSON can use
as they are. A field that has a tick is always there; any other may be left out. What a client sends may have no other fields;
what a server sends may. [Events](events.md) has the events themselves.
`;

/** Bodies of requests that have a file of their own, and what they are called. */
const bodies: Readonly<Record<string, string>> = {
  'call-reject': 'CallRejectRequest',
  'call-refer': 'CallReferRequest',
  'webhook-realtime-call-incoming': 'IncomingCallWebhook',
};

/** Everything with a name that is no event: of the protocol, and of REST bodies. */
export function objectsIn(schemas: PublishedSchemas, protocol: Definitions, rest: Definitions): Definitions {
  const named = Object.entries(bodies).map(([file, name]): [string, Schema] => {
    const schema = schemas[file];
    if (schema === undefined) throw new Error(`There is no schema ${file}.json`);
    return [name, schema];
  });
  const inside = Object.keys(bodies).flatMap((file) => Object.entries(schemas[file]?.$defs ?? {}));
  // A REST answer has the objects of the protocol under other names: they may have more keys.
  const ofRest = Object.entries(rest).filter(([name]) => !name.startsWith('Shown'));
  const all = new Map([...ofRest, ...inside, ...named, ...Object.entries(protocol)]);
  return Object.fromEntries(
    [...all].filter(([name]) => !name.endsWith('Event')).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** The text of `docs/reference/objects.md`. */
export function objectsPage(objects: Definitions): string {
  const linkTo: LinkTo = (name) => `[${shownName(name)}](#${slugOf(shownName(name))})`;
  const index = Object.keys(objects).map(linkTo).join(', ');
  const sections = Object.entries(objects).map(([name, schema]) => objectSection(name, schema, linkTo));
  return `${[introduction.trimEnd(), index, ...sections].join('\n\n')}\n`;
}

/** REST answers say `ShownVoice` for what a `Voice` is when a server shows it. */
function shownName(name: string): string {
  return name.replace(/^Shown/, '');
}

function objectSection(name: string, schema: Schema, linkTo: LinkTo): string {
  const { description } = schema;
  const fields = fieldTable(schema, linkTo);
  const kind = fields === null ? [`It is: ${typeOf(schema, linkTo)}.`] : [fields];
  return [`## ${name}`, ...(description === undefined ? [] : [description]), ...kind].join('\n\n');
}

/** The fields of an object as a table; null where it is none. */
export function fieldTable(schema: Schema, linkTo: LinkTo): string | null {
  const fields = fieldsOf(schema, linkTo);
  if (fields.length === 0) return null;
  return table(
    ['Field', 'Always', 'Type', 'Meaning'],
    fields.map(({ path, type, isRequired, description }) => [`\`${path}\``, isRequired ? '✓' : '', type, description]),
  );
}

/** Where the fields of a type are told that the declarations infer from a schema; null for any other. */
export function objectOf(statements: readonly Statement[]): { name: string; page: string; anchor: string } | null {
  const [, inferred] = /= z\.infer<typeof (?:\w+\.)?(\w+)>;$/.exec(statements[0]?.text ?? '') ?? [];
  if (inferred === undefined) return null;
  const name = renamed[inferred] ?? `${inferred.charAt(0).toUpperCase()}${inferred.slice(1)}`;
  return { name, page: 'objects.md', anchor: slugOf(name) };
}

/** Schemas that are published under the name of the object that they are. */
const renamed: Readonly<Record<string, string>> = { callAcceptRequest: 'RealtimeSession' };
