import type { Docs } from '../../protocol/published/docs.ts';
import { callPaths } from './call-paths.ts';
import { type Part, securitySchemes } from './parts.ts';
import { responses, restPaths } from './rest-paths.ts';
import { schemas } from './schemas.ts';
import { socketPaths } from './socket-paths.ts';
import { webhooks } from './webhooks.ts';

const tags = [
  { name: 'sockets', description: 'Where sessions are spoken. `asyncapi.json` describes what is said there.' },
  { name: 'calls', description: 'Calls over WebRTC and by telephone: how they begin, and how they are controlled.' },
  { name: 'client secrets', description: 'Ephemeral keys, for programs that must not hold a real one.' },
  { name: 'models', description: 'What can be asked for.' },
  { name: 'operators', description: 'For those who run the server; needs one of their keys.' },
  { name: 'health', description: 'For those who run the server. No key is needed.' },
  { name: 'page', description: 'For people. No key is needed.' },
];

/** Everything the server answers by HTTP, as an OpenAPI 3.1 document. `version` is that of the package. */
export function openApi(docs: Docs, version: string): Part {
  return {
    openapi: '3.1.0',
    info: {
      title: 'The REST part of the Realtime API',
      version,
      description:
        'What `antiphon serve` answers by HTTP. Every path that takes GET takes HEAD; another method is answered with 405, another path with 404, both with the body of every failure, `{"error": {"message", "type", "param", "code"}}`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [
      { url: 'http://127.0.0.1:8080', description: 'Where `antiphon serve` listens by default.' },
      {
        url: 'https://{host}',
        description: 'Any server of the API behind TLS.',
        variables: { host: { description: 'Host name, and port where it is not 443.', default: 'localhost' } },
      },
    ],
    tags,
    paths: { ...socketPaths, ...callPaths, ...restPaths },
    webhooks,
    components: { schemas: schemas(docs), responses, securitySchemes },
  };
}
