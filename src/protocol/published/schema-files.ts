import * as z from 'zod';
import { clientEvents } from '../schemas/client-events.ts';
import {
  callAcceptRequest,
  callReferRequest,
  callRejectRequest,
  clientSecretRequest,
  clientSecretResponse,
  translationClientSecretRequest,
  translationClientSecretResponse,
} from '../schemas/rest.ts';
import { serverEvents } from '../schemas/server-events.ts';
import { session } from '../schemas/session-kind.ts';
import { translationClientEvents, translationServerEvents } from '../schemas/translation-events.ts';
import { incomingCallWebhook } from '../schemas/webhook.ts';
import { described, describedDefinitions } from './described.ts';
import type { Docs } from './docs.ts';
import { type Author, type JsonSchema, type Names, toJsonSchema } from './json-schema.ts';

/** A schema published as a file of its own. */
export interface SchemaFile {
  /** The name of the file, without `.json`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly schema: z.ZodType;
  /** Whose words it describes: decides on unknown keys and on null. */
  readonly from: Author;
  /** The definition whose docs are those of the root, where it has a name. */
  readonly definition?: string;
  /** What its parts are called. Default: as in the protocol. */
  readonly names?: Names;
}

/** Any event of a table. */
function anyOf(events: Readonly<Record<string, z.ZodObject>>): z.ZodType {
  const [first, ...others] = Object.values(events);
  if (first === undefined) throw new TypeError('A table of events is empty.');
  return z.discriminatedUnion('type', [first, ...others]);
}

const sentByClients = { from: 'client' } as const;
const sentByServers = { from: 'server' } as const;

/** Everything of the wire that is published as JSON Schema. */
export const schemaFiles: readonly SchemaFile[] = [
  {
    name: 'realtime-client-event',
    title: 'Realtime client event',
    description:
      'An event that a client sends in a realtime or a transcription session. Other types and other keys are refused.',
    schema: anyOf(clientEvents),
    ...sentByClients,
  },
  {
    name: 'realtime-server-event',
    title: 'Realtime server event',
    description:
      'An event that a server sends in a realtime or a transcription session. Other keys are allowed; clients should let other types pass.',
    schema: anyOf(serverEvents),
    ...sentByServers,
  },
  {
    name: 'translation-client-event',
    title: 'Translation client event',
    description: 'An event that a client sends in a translation session. Other types and other keys are refused.',
    schema: anyOf(translationClientEvents),
    ...sentByClients,
  },
  {
    name: 'translation-server-event',
    title: 'Translation server event',
    description:
      'An event that a server sends in a translation session. Other keys are allowed; clients should let other types pass.',
    schema: anyOf(translationServerEvents),
    ...sentByServers,
  },
  {
    name: 'session',
    title: 'Session',
    description:
      'The settings of a realtime or a transcription session as a client sends them. As servers show them, with more fields and nulls, they are part of `realtime-server-event.json`.',
    schema: session,
    ...sentByClients,
  },
  {
    name: 'client-secret-request',
    title: 'Client secret request',
    description: 'The body of `POST /v1/realtime/client_secrets`.',
    schema: clientSecretRequest,
    definition: 'ClientSecretRequest',
    ...sentByClients,
  },
  {
    name: 'client-secret-response',
    title: 'Client secret response',
    description: 'What `POST /v1/realtime/client_secrets` answers.',
    schema: clientSecretResponse,
    definition: 'ClientSecretResponse',
    ...sentByServers,
  },
  {
    name: 'client-secret-translation-request',
    title: 'Translation client secret request',
    description: 'The body of `POST /v1/realtime/translations/client_secrets`.',
    schema: translationClientSecretRequest,
    definition: 'TranslationClientSecretRequest',
    ...sentByClients,
  },
  {
    name: 'client-secret-translation-response',
    title: 'Translation client secret response',
    description: 'What `POST /v1/realtime/translations/client_secrets` answers.',
    schema: translationClientSecretResponse,
    definition: 'TranslationClientSecretResponse',
    ...sentByServers,
  },
  {
    name: 'call-accept',
    title: 'Call accept request',
    description:
      'The body of `POST /v1/realtime/calls/{call_id}/accept`: the settings of the session that takes the call.',
    schema: callAcceptRequest,
    definition: 'RealtimeSession',
    ...sentByClients,
  },
  {
    name: 'call-reject',
    title: 'Call reject request',
    description: 'The body of `POST /v1/realtime/calls/{call_id}/reject`, which may also be left out.',
    schema: callRejectRequest,
    definition: 'CallRejectRequest',
    ...sentByClients,
  },
  {
    name: 'call-refer',
    title: 'Call refer request',
    description: 'The body of `POST /v1/realtime/calls/{call_id}/refer`.',
    schema: callReferRequest,
    definition: 'CallReferRequest',
    ...sentByClients,
  },
  {
    name: 'webhook-realtime-call-incoming',
    title: 'Incoming call webhook',
    description: 'The webhook `realtime.call.incoming`: there is an incoming call.',
    schema: incomingCallWebhook,
    definition: 'IncomingCallWebhook',
    ...sentByServers,
  },
];

/** The content of a file: a JSON Schema of draft 2020-12 that needs no other file. */
export function schemaFileContent(file: SchemaFile, docs: Docs): JsonSchema {
  const {
    $schema,
    $defs,
    title: _,
    description: __,
    ...root
  } = described(toJsonSchema(file.schema, file), file.definition === undefined ? undefined : docs.get(file.definition));
  return {
    ...($schema !== undefined && { $schema }),
    $id: `${file.name}.json`,
    title: file.title,
    description: file.description,
    ...root,
    ...($defs && { $defs: describedDefinitions($defs, docs) }),
  };
}
