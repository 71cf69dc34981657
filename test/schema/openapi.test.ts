import { request as httpRequest } from 'node:http';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { publishedSchemas } from '../../src/cli/published/schema-list.ts';
import { createAdmins } from '../../src/server/admission/admins.ts';
import { keyring } from '../../src/server/admission/keys.ts';
import { wrongKeys } from '../../src/server/admission/wrong-keys.ts';
import { httpApp } from '../../src/server/http/app.ts';
import { maxBodyBytes } from '../../src/server/http/client-secrets.ts';
import type { HttpHouse } from '../../src/server/http/house.ts';
import { silentLog } from '../../src/server/log.ts';
import { Accounts } from '../../src/server/metering/accounts.ts';
import { noLedger } from '../../src/server/metering/ledger.ts';
import { modelTable } from '../../src/server/models.ts';
import { SessionDirectory } from '../../src/server/operators/directory.ts';
import { memoryWindows } from '../../src/state/memory/windows.ts';
import { virtualClock } from '../../src/testing/index.ts';
import { connect } from '../e2e/peer.ts';
import { echo, serve, type TestServer } from '../e2e/test-server.ts';
import {
  callOperations,
  callProbes,
  callThatIsUp,
  failingAccept,
  failingExchange,
  incomingCall,
  rareCallProbes,
} from './call-probes.ts';
import { openApiRules } from './openapi-rules.ts';
import { limited, type Probe } from './probe.ts';

/** As much of an OpenAPI document as the tests look at. */
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, { readonly description?: string }>>;
    readonly responses: Readonly<Record<string, Answer>>;
    readonly securitySchemes: Readonly<Record<string, unknown>>;
  };
}

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, Answer | { readonly $ref: string }>>;
}

interface HeaderSchema {
  readonly const?: string;
  readonly pattern?: string;
}

interface Answer {
  readonly headers?: Readonly<Record<string, { readonly required?: boolean; readonly schema: HeaderSchema }>>;
  readonly content?: Content;
}

type Content = Readonly<Record<string, { readonly schema: { $ref?: string }; examples?: Record<string, Example> }>>;

interface Example {
  readonly value: unknown;
}

// What is published is JSON: seen as such here.
const document: Document = JSON.parse(JSON.stringify(publishedSchemas().get('openapi.json')));
const { paths, components } = document;

const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
);

function operationOf(name: string): Operation | undefined {
  return operations.find((each) => each.name === name)?.operation;
}

function answerOf(name: string, status: number): Answer {
  const answer = operationOf(name)?.responses[String(status)] ?? {};
  return '$ref' in answer ? (components.responses[answer.$ref.split('/').at(-1) ?? ''] ?? {}) : answer;
}

const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
const $defs: object = JSON.parse(JSON.stringify(components.schemas).replaceAll('#/components/schemas/', '#/$defs/'));

/** What a value breaks of the schema that is referred to; null where it is as it should be. */
function faultOf(schema: { readonly $ref?: string } | undefined, value: unknown): unknown {
  const name = schema?.$ref?.split('/').at(-1) ?? '';
  const isAllowed = ajv.compile({ $ref: `#/$defs/${name}`, $defs });
  return isAllowed(value) ? null : isAllowed.errors;
}

describe('openapi.json', () => {
  it('is a document by the rules of OpenAPI 3.1', () => {
    const isDocument = new Ajv2020({ strict: false }).compile(openApiRules);
    expect(isDocument(document) || isDocument.errors).toBe(true);
    const slip = {
      ...document,
      paths: { ...paths, '/v1/models': { get: { ...operationOf('GET /v1/models'), tag: 1 } } },
    };
    expect(isDocument(slip)).toBe(false);
  });

  it('refers to what is there, and has nothing that is not referred to', () => {
    const references = JSON.stringify(document).match(/"#\/components\/\w+\/\w+"/g) ?? [];
    const there = (['schemas', 'responses'] as const).flatMap((kind) =>
      Object.keys(components[kind]).map((name) => `"#/components/${kind}/${name}"`),
    );
    expect([...new Set(references)].toSorted()).toEqual(there.toSorted());
    const schemes = operations.flatMap(({ operation: { security = [] } }) => security.flatMap(Object.keys));
    expect([...new Set(schemes)].toSorted()).toEqual(Object.keys(components.securitySchemes).toSorted());
  });

  it('names every operation once', () => {
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
  });

  it('says what each of its objects is for', () => {
    expect(Object.entries(components.schemas).filter(([, { description }]) => description === undefined)).toEqual([]);
  });

  it('asks for a key under /v1 and of operators, and nowhere else, as the server does', () => {
    const secured = operations.filter(({ operation }) => operation.security !== undefined).map(({ name }) => name);
    expect(secured.toSorted()).toEqual(
      operations
        .map(({ name }) => name)
        .filter((name) => name.includes(' /v1/') || name.includes(' /admin/'))
        .toSorted(),
    );
  });
});

const bodies = operations.flatMap(({ name, operation: { requestBody } }) =>
  Object.entries(requestBody?.content['application/json']?.examples ?? {}).map(([title, { value }]) => ({
    name,
    title,
    value,
  })),
);

describe.each(bodies)('the body "$title" of $name', ({ name, value }) => {
  const schema = operationOf(name)?.requestBody?.content['application/json']?.schema;
  const post = async (body: unknown): Promise<number> => {
    const { url } = await serve();
    const answer = await fetch(url + name.replace('POST ', ''), { method: 'POST', body: JSON.stringify(body) });
    return answer.status;
  };

  it('is valid, and taken', async () => {
    expect(faultOf(schema, value)).toBeNull();
    expect(await post(value)).toBe(200);
  });

  it('is neither with a key too many', async () => {
    const more = { ...Object(value), stranger: 1 };
    expect(faultOf(schema, more)).not.toBeNull();
    expect(await post(more)).toBe(400);
  });
});

interface Ask {
  readonly path: string;
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Told {
  readonly status: number;
  readonly header: (name: string) => string | null;
  readonly text: string;
}

/** Any HTTP request, also one that asks for an upgrade. */
function ask(base: string, { path, method, headers = {}, body }: Ask): Promise<Told> {
  return new Promise((resolve, reject) => {
    const asking = httpRequest(base + path, { method, headers });
    asking.on('error', reject);
    asking.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 0, header: (name) => headerOf(response.headers[name]), text: '' });
    });
    asking.on('response', async (response) => {
      const header = (name: string): string | null => headerOf(response.headers[name]);
      if (header('content-type')?.includes('event-stream') === true) {
        resolve({ status: response.statusCode ?? 0, header, text: '' });
        return void response.destroy();
      }
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(Buffer.from(chunk));
      const text = Buffer.concat(chunks).toString();
      resolve({ status: response.statusCode ?? 0, header: (name) => headerOf(response.headers[name]), text });
    });
    asking.end(body);
  });
}

function headerOf(value: string | string[] | undefined): string | null {
  return Array.isArray(value) ? value.join(', ') : (value ?? null);
}

const key = { authorization: 'Bearer sk-test' };
const adminKey = { authorization: 'Bearer sk-admin' };
const wrong = { authorization: 'Bearer sk-wrong' };
const handshake = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};
const foreign = { origin: 'https://evil.example' };
const rebound = { host: 'rebound.example' };

/** The least that a client secret can be bound to. */
function sessionFor(name: string): object {
  return name.includes('translations')
    ? { model: 'echo', audio: { output: { language: 'es' } } }
    : { type: 'realtime', model: 'echo' };
}

const sockets = ['GET /v1/realtime', 'GET /v1/realtime/translations'];
const secrets = ['POST /v1/realtime/client_secrets', 'POST /v1/realtime/translations/client_secrets'];
const ofOneSession = ['GET /admin/sessions/{id}', 'DELETE /admin/sessions/{id}', 'GET /admin/sessions/{id}/events'];
const ofOperators = ['GET /admin/sessions', ...ofOneSession];
const withKeys = [...sockets, ...secrets, ...callOperations, 'GET /v1/models', ...ofOperators];
const withoutKeys = ['GET /healthz', 'GET /readyz', 'GET /metrics', 'GET /'];

const probes: readonly Probe[] = [
  ...sockets.flatMap((name): Probe[] => [
    {
      name,
      status: 101,
      query: '?model=echo',
      headers: { ...key, ...handshake, 'sec-websocket-protocol': 'realtime' },
    },
    { name, status: 400, example: 'invalid_upgrade', headers: { ...key, ...handshake, 'sec-websocket-key': 'no' } },
    { name, status: 426, example: 'upgrade_required', headers: key },
  ]),
  {
    name: 'GET /v1/realtime',
    status: 404,
    example: 'call_id_not_found',
    query: '?call_id=rtc_9c6574da8b8a',
    headers: { ...key, ...handshake },
  },
  ...withKeys.flatMap((name): Probe[] => [
    { name, status: 401, example: 'no_credentials' },
    { name, status: 401, example: 'invalid_api_key', headers: wrong },
    { name, status: 403, example: 'origin_not_allowed', headers: { ...key, ...foreign } },
    { name, status: 403, example: 'host_not_allowed', headers: rebound, keyless: true },
    { name, status: 429, example: 'too_many_wrong_keys', headers: wrong, before: 20 },
  ]),
  ...withoutKeys.flatMap((name): Probe[] => [
    { name, status: 200 },
    { name, status: 403, example: 'origin_not_allowed', headers: foreign },
    { name, status: 403, example: 'host_not_allowed', headers: rebound, keyless: true },
  ]),
  { name: 'GET /v1/models', status: 200, headers: { 'api-key': 'sk-test' } },
  { name: 'GET /admin/sessions', status: 200, headers: adminKey, inSession: true },
  ...ofOneSession.flatMap((name): Probe[] => [
    { name, status: name.startsWith('DELETE') ? 204 : 200, headers: adminKey, inSession: true },
    { name, status: 404, example: 'session_not_found', headers: adminKey },
  ]),
  ...secrets.flatMap((name): Probe[] => {
    const session = sessionFor(name);
    const post = { name, headers: key };
    const good = { ...post, body: { session } };
    return [
      { ...post, status: 200, body: { session } },
      { ...post, status: 400, example: 'invalid_json', body: '{' },
      { ...post, status: 400, example: 'unknown_parameter', body: { session: { ...session, stranger: 1 } } },
      { ...post, status: 400, example: 'integer_above_max_value', body: { session, expires_after: { seconds: 7201 } } },
      { ...post, status: 400, example: 'invalid_model', body: { session: { ...session, model: 'nobody' } } },
      { ...good, ...limited({ limits: { requestsPerMinute: 1 } }), example: 'rate_limit_exceeded', before: 1 },
      { ...good, ...limited({ budget: { usd: 0.000_000_1, per: 'day' } }), example: 'insufficient_quota' },
      { ...good, status: 429, example: 'client_secret_limit_reached', before: 1, options: { limits: { secrets: 1 } } },
      { ...post, status: 413, example: 'request_too_large', body: ' '.repeat(maxBodyBytes + 1) },
    ];
  }),
];

/** Answers that a sound server gives only when it ends or fails. */
const rareProbes: readonly Probe[] = [
  { name: 'GET /readyz', status: 503 },
  ...rareCallProbes,
  ...secrets.map((name): Probe => ({ name, status: 500, example: 'internal', body: { session: sessionFor(name) } })),
];

/** A server that drains, and whose store of secrets fails. */
const ailing: HttpHouse = {
  door: { turnsAway: () => null, judge: () => 'accepted' },
  keys: keyring([]),
  accounts: new Accounts(memoryWindows(), noLedger),
  now: () => 0,
  admins: createAdmins({ adminKeys: [], needsKey: false, wrongKeys: wrongKeys(virtualClock()) }),
  directory: new SessionDirectory(() => 0),
  models: modelTable({ echo }),
  secrets: {
    mint: () => Promise.reject(new Error('the store fails')),
    find: () => Promise.reject(new Error('the store fails')),
  },
  findCall: callThatIsUp,
  neighbours: null,
  findIncoming: incomingCall,
  accept: failingAccept,
  exchange: failingExchange,
  resuming: { find: () => Promise.reject(new Error('nothing is looked for')) },
  telephony: { publicUrl: '', lines: new Map(), sip: null },
  ring: () => Promise.reject(new Error('nobody rings')),
  needsKey: false,
  console: false,
  isDraining: () => true,
  readiness: async () => ['draining'],
  startedAt: 0,
  metrics: () => Promise.reject(new Error('no metrics')),
  log: silentLog,
};

/** Opens a session, and gives its id. */
async function sessionAt(server: TestServer): Promise<string> {
  const peer = await connect(server.realtime, { headers: key });
  const { session } = await peer.event('session.created');
  return String(Reflect.get(Object(session), 'id'));
}

function asked({ name, query = '', headers, body, call = '' }: Probe, id = ''): Ask {
  const [method = '', path = ''] = name.replace('{id}', id).split(' ');
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    method,
    path: path.replace('{call_id}', call) + query,
    ...(headers && { headers }),
    ...(text !== undefined && { body: text }),
  };
}

describe('the server answers as openapi.json says', () => {
  it.each([...probes, ...callProbes])('$name with $status $example', async (probe) => {
    const auth = probe.keyless === true ? {} : { keys: ['sk-test'], adminKeys: ['sk-admin'] };
    const server = await serve({ auth, clock: virtualClock(), ...probe.options });
    const request = asked(probe, probe.inSession === true ? await sessionAt(server) : 'sess_1');
    for (let i = 0; i < (probe.before ?? 0); i++) await ask(server.url, request);
    expectAsDocumented(probe, await ask(server.url, request));
  });

  it.each(rareProbes)('$name with $status $example', async (probe) => {
    const { path, ...init } = asked(probe);
    const answer = await httpApp(ailing).request(path, init, { address: '' });
    const header = (name: string): string | null => answer.headers.get(name);
    expectAsDocumented(probe, { status: answer.status, header, text: await answer.text() });
  });

  it('with nothing but what these requests show', () => {
    const documented = operations.flatMap(({ name, operation }) =>
      Object.keys(operation.responses).flatMap((status) => {
        const examples = Object.keys(answerOf(name, Number(status)).content?.['application/json']?.examples ?? {});
        return examples.length === 0
          ? [`${name} ${status}`]
          : examples.map((example) => `${name} ${status} ${example}`);
      }),
    );
    const shown = [...probes, ...callProbes, ...rareProbes].map(({ name, status, example }) =>
      [name, status, example].filter((part) => part !== undefined).join(' '),
    );
    expect(shown.toSorted()).toEqual(documented.toSorted());
  });

  it.each(Object.entries(paths))('to the methods of %s, and to no other', async (path, methods) => {
    const { url } = await serve();
    const named = Object.keys(methods).map((method) => method.toUpperCase());
    const allowed = named.includes('GET') ? [...named, 'HEAD'] : named;
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      const { status, header } = await ask(url, { path, method });
      expect(`${method} ${status === 405}`).toBe(`${method} ${!allowed.includes(method)}`);
      expect(status === 405 ? header('allow') : allowed.join(', ')).toBe(allowed.join(', '));
    }
  });

  it('on every route that it has', () => {
    // `ALL` is how the routes refuse other methods.
    const routes = httpApp(ailing).routes.filter(({ method }) => method !== 'ALL');
    const named = routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect([...new Set(named)].toSorted()).toEqual(operations.map(({ name }) => name).toSorted());
  });
});

function expectAsDocumented({ name, status, example }: Probe, told: Told): void {
  expect(told.status).toBe(status);
  const { headers = {}, content } = answerOf(name, status);
  for (const [header, { required, schema }] of Object.entries(headers)) {
    const value = told.header(header.toLowerCase());
    const { const: one = expect.stringMatching(schema.pattern ?? '') } = schema;
    expect(value ?? (required === true ? 'missing' : one)).toEqual(one);
  }
  const [[type, { schema, examples }] = ['', { schema: {} }]] = Object.entries(content ?? {});
  expect(told.header('content-type') ?? '').toContain(type);
  const body: unknown = type === 'application/json' ? JSON.parse(told.text) : null;
  expect(body === null ? null : faultOf(schema, body)).toBeNull();
  expect(body).toMatchObject(Object(examples?.[example ?? '']?.value ?? body));
}
