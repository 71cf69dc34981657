import type { Definitions, Schema } from './json-schema.ts';
import { fieldTable } from './objects.ts';
import { Slugs, slugOf } from './slugs.ts';

/** A message of the AsyncAPI document. */
export interface Message {
  readonly name: string;
  readonly summary?: string;
  readonly payload: { readonly $ref: string };
  readonly examples: readonly { readonly payload: unknown }[];
}

/** As much of the AsyncAPI document as the page needs. */
export interface AsyncApi {
  readonly channels: Readonly<
    Record<string, { readonly messages: Readonly<Record<string, { readonly $ref: string }>> }>
  >;
  readonly operations: Readonly<
    Record<
      string,
      {
        readonly action: 'send' | 'receive';
        readonly channel: { readonly $ref: string };
        readonly messages: readonly { readonly $ref: string }[];
      }
    >
  >;
  readonly components: { readonly messages: Readonly<Record<string, Message>>; readonly schemas: Definitions };
}

const introduction = `# Events

Every event of the Realtime API, with its fields and an example. An event is one JSON object in one text frame. The examples are
those of the published [\`asyncapi.json\`](../schemas.md), and a test holds each of them against the schema of its event.

A field that has a tick is always there. Where a client leaves \`event_id\` out, errors about the event have null in its place.
`;

/** The four families, as the headings call them. */
const families: Readonly<Record<string, string>> = {
  'realtime receive': 'What a client sends',
  'realtime send': 'What a server sends',
  'translations receive': 'What a client of a translation session sends',
  'translations send': 'What the server of a translation session sends',
};

/** The text of `docs/reference/events.md`. */
export function eventsPage(document: AsyncApi): string {
  const slugs = new Slugs();
  slugs.next('Events');
  const groups = familiesOf(document).map(({ heading, messages }) => {
    const anchor = slugs.next(heading);
    return { heading, anchor, events: messages.map((message) => ({ message, anchor: slugs.next(message.name) })) };
  });
  const index = groups.map(({ heading, anchor, events }) => {
    const links = events.map((event) => `[\`${event.message.name}\`](#${event.anchor})`);
    return `**[${heading}](#${anchor})**: ${links.join(', ')}`;
  });
  const sections = groups.flatMap(({ heading, events }) => [
    `## ${heading}`,
    ...events.map(({ message }) => eventSection(message, document.components.schemas)),
  ]);
  return `${[introduction.trimEnd(), ...index, ...sections].join('\n\n')}\n`;
}

function familiesOf(
  document: AsyncApi,
): readonly { readonly heading: string; readonly messages: readonly Message[] }[] {
  const all = Object.values(document.operations).map(({ action, channel, messages }) => {
    const channelName = channel.$ref.slice(channel.$ref.lastIndexOf('/') + 1);
    const heading = families[`${channelName} ${action}`];
    if (heading === undefined) throw new Error(`There is no heading for ${action} on ${channelName}`);
    return { heading, messages: messages.map(({ $ref }) => messageAt(document, channelName, $ref)) };
  });
  const order = Object.values(families);
  return all.toSorted((one, other) => order.indexOf(one.heading) - order.indexOf(other.heading));
}

function messageAt({ channels, components }: AsyncApi, channel: string, reference: string): Message {
  const key = reference.slice(reference.lastIndexOf('/') + 1);
  const target = channels[channel]?.messages[key]?.$ref ?? '';
  const message = components.messages[target.slice(target.lastIndexOf('/') + 1)];
  if (message === undefined) throw new Error(`The document has no message ${reference}`);
  return message;
}

function eventSection({ name, summary, payload, examples }: Message, schemas: Definitions): string {
  const schema: Schema = schemas[payload.$ref.slice(payload.$ref.lastIndexOf('/') + 1)] ?? {};
  const fields = fieldTable(schema, (object) => `[${object}](objects.md#${slugOf(object)})`) ?? '';
  const shown = examples.map((example) => `\`\`\`json\n${compact(example.payload)}\n\`\`\``);
  return [`### ${name}`, ...(summary === undefined ? [] : [summary]), fields, ...shown].join('\n\n');
}

/** JSON that is broken into lines only where a line would be long. */
function compact(value: unknown, indent = ''): string {
  const line = inLine(value);
  if (indent.length + line.length <= 110 || typeof value !== 'object' || value === null) return line;
  const deeper = `${indent}  `;
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const parts = Array.isArray(value)
    ? value.map((item: unknown) => `${deeper}${compact(item, deeper)}`)
    : Object.entries(value).map(([key, field]) => `${deeper}${JSON.stringify(key)}: ${compact(field, deeper)}`);
  return `${open}\n${parts.join(',\n')}\n${indent}${close}`;
}

function inLine(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(inLine).join(', ')}]`;
  const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}: ${inLine(field)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}
