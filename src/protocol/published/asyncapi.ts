import * as z from 'zod';
import { clientEvents } from '../schemas/client-events.ts';
import { serverEvents } from '../schemas/server-events.ts';
import { translationClientEvents, translationServerEvents } from '../schemas/translation-events.ts';
import { definitionNames } from './definitions.ts';
import { describedDefinitions } from './described.ts';
import type { Docs } from './docs.ts';
import { exampleClientEvents, exampleTranslationClientEvents } from './example-client-events.ts';
import { exampleServerEvents, exampleTranslationServerEvents } from './example-server-events.ts';
import { definitionsOf, type JsonSchema, toJsonSchema } from './json-schema.ts';

/** Where a family of events is spoken. */
interface Channel {
  readonly name: string;
  readonly address: string;
  readonly title: string;
  readonly description: string;
  readonly query: JsonSchema;
  readonly client: Family;
  readonly server: Family;
}

/** The events of one direction, by type. */
interface Family {
  readonly schemas: Readonly<Record<string, z.ZodObject>>;
  readonly examples: Readonly<Record<string, unknown>>;
}

const text = { type: 'string' } as const;

const channels: readonly Channel[] = [
  {
    name: 'realtime',
    address: '/v1/realtime',
    title: 'Realtime and transcription sessions',
    description: 'One JSON object in each text frame, both ways. The connection is the session.',
    query: {
      type: 'object',
      description: 'One of these; `intent` may stand beside `model`.',
      properties: {
        model: { ...text, description: 'Starts a session in which this model answers or, beside `intent`, listens.' },
        intent: {
          ...text,
          const: 'transcription',
          description: 'Starts a session that only writes down what it hears.',
        },
        call_id: { ...text, description: 'Joins the session of a running WebRTC or SIP call.' },
      },
      oneOf: [
        { required: ['call_id'], maxProperties: 1 },
        { not: { required: ['call_id'] }, minProperties: 1 },
      ],
      additionalProperties: false,
    },
    client: { schemas: clientEvents, examples: { ...exampleClientEvents } },
    server: { schemas: serverEvents, examples: { ...exampleServerEvents } },
  },
  {
    name: 'translations',
    address: '/v1/realtime/translations',
    title: 'Translation sessions',
    description:
      'One JSON object in each text frame, both ways. Some names mean something else than on the other channel.',
    query: {
      type: 'object',
      properties: { model: { ...text, description: 'The model that translates.' } },
      required: ['model'],
      additionalProperties: false,
    },
    client: { schemas: translationClientEvents, examples: { ...exampleTranslationClientEvents } },
    server: { schemas: translationServerEvents, examples: { ...exampleTranslationServerEvents } },
  },
];

/** The whole protocol as an AsyncAPI 3 document, seen from the server. `version` is that of the package. */
export function asyncApi(docs: Docs, version: string): Readonly<Record<string, unknown>> {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'The Realtime protocol',
      version,
      description:
        'Speech and text with a model, over a WebSocket. Objects that a client sends must have no other keys than those named here; objects that a server sends may.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    servers: servers(),
    channels: Object.fromEntries(channels.map((channel) => [channel.name, channelObject(channel)])),
    operations: Object.fromEntries(channels.flatMap(operationsOf)),
    components: {
      messages: Object.fromEntries(
        channels.flatMap(({ client, server }) => [client, server]).flatMap((family) => messagesOf(family, docs)),
      ),
      schemas: schemasOf(docs),
      securitySchemes,
    },
  };
}

/** How a connection shows its key; any one will do. */
const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', description: 'A key, or an ephemeral key (`ek_…`).' },
  subprotocol: {
    type: 'httpApiKey',
    in: 'header',
    name: 'Sec-WebSocket-Protocol',
    description:
      'For browsers, which cannot set other headers: the subprotocols `realtime` and `openai-insecure-api-key.KEY`.',
  },
  apiKey: { type: 'httpApiKey', in: 'header', name: 'api-key', description: 'As clients of Azure send it.' },
};

function servers(): Readonly<Record<string, unknown>> {
  const security = Object.keys(securitySchemes).map((name) => ({ $ref: `#/components/securitySchemes/${name}` }));
  return {
    local: {
      host: '127.0.0.1:8080',
      protocol: 'ws',
      description: 'Where `antiphon serve` listens by default.',
      security,
    },
    secure: {
      host: '{host}',
      protocol: 'wss',
      description: 'Any server of the API behind TLS.',
      variables: { host: { description: 'Host name, and port where it is not 443.', default: 'localhost' } },
      security,
    },
  };
}

function channelObject({ name, address, title, description, query, client, server }: Channel): unknown {
  const names = [client, server].flatMap(namesOf);
  return {
    address,
    title,
    description,
    messages: Object.fromEntries(names.map((message) => [message, { $ref: `#/components/messages/${message}` }])),
    bindings: { ws: { method: 'GET', query, bindingVersion: '0.1.0' } },
    tags: [{ name }],
  };
}

function operationsOf({ name, client, server }: Channel): [name: string, operation: unknown][] {
  const operation = (action: 'receive' | 'send', family: Family, summary: string) => ({
    action,
    summary,
    channel: { $ref: `#/channels/${name}` },
    messages: namesOf(family).map((message) => ({ $ref: `#/channels/${name}/messages/${message}` })),
  });
  return [
    [`${name}.receive`, operation('receive', client, 'What the server takes from a client.')],
    [`${name}.send`, operation('send', server, 'What the server sends to a client.')],
  ];
}

function messagesOf({ schemas, examples }: Family, docs: Docs): [name: string, message: unknown][] {
  return Object.entries(schemas).map(([type, schema]) => {
    const name = nameOf(schema);
    const summary = docs.get(name)?.text;
    const message = {
      name: type,
      title: type,
      ...(summary !== undefined && { summary }),
      payload: { $ref: `#/components/schemas/${name}` },
      examples: [{ payload: examples[type] }],
    };
    return [name, message];
  });
}

/** Every object of both channels. One set for both directions: what a client sends may come back from the server. */
function schemasOf(docs: Docs): Readonly<Record<string, JsonSchema>> {
  const events = channels
    .flatMap(({ client, server }) => [client, server])
    .flatMap(({ schemas }) => Object.values(schemas));
  const schemas = describedDefinitions(
    definitionsOf(toJsonSchema(z.union(events), { from: 'server', dialect: 'draft-07' })),
    docs,
  );
  return JSON.parse(JSON.stringify(schemas).replaceAll('"#/definitions/', '"#/components/schemas/'));
}

function namesOf({ schemas }: Family): string[] {
  return Object.values(schemas).map(nameOf);
}

function nameOf(schema: z.ZodObject): string {
  const name = definitionNames.get(schema);
  if (name === undefined) throw new TypeError('An event has no name.');
  return name;
}
