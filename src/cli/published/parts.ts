import type { HttpError } from '../../server/admission/http-errors.ts';

/** A piece of the document, as JSON. */
export type Part = Readonly<Record<string, unknown>>;

/** How a request shows its key; any one will do, and none is needed where no keys are configured. */
export const securitySchemes = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'A key of the server; where sessions and calls are opened, also a client secret (`ek_…`).',
  },
  apiKey: { type: 'apiKey', in: 'header', name: 'api-key', description: 'A key, as clients of Azure send it.' },
  subprotocol: {
    type: 'apiKey',
    in: 'header',
    name: 'Sec-WebSocket-Protocol',
    description:
      'For browsers, which cannot set other headers on a WebSocket: the subprotocols `realtime` and `openai-insecure-api-key.KEY`.',
  },
} as const;

type Scheme = keyof typeof securitySchemes;

/** Any one of these schemes, or, on a server without keys, none. */
export function securedBy(...schemes: readonly Scheme[]): readonly Part[] {
  return [...schemes.map((scheme) => ({ [scheme]: [] })), {}];
}

/** The place of a definition. */
export function schema(name: string): Part {
  return { $ref: `#/components/schemas/${name}` };
}

/** An answer in JSON. */
export function answer(description: string, schemaName: string, example?: unknown): Part {
  const content = { schema: schema(schemaName), ...(example !== undefined && { example }) };
  return { description, content: { 'application/json': content } };
}

/** An answer that tells what went wrong, with every way in which it does. */
export function failure(description: string, errors: Readonly<Record<string, HttpError>>, headers?: Part): Part {
  const examples = Object.entries(errors).map(([name, error]) => [name, { value: { error } }]);
  return {
    description,
    ...(headers !== undefined && { headers }),
    content: { 'application/json': { schema: schema('ErrorBody'), examples: Object.fromEntries(examples) } },
  };
}

/** A header of an answer that always has this value. */
export function header(description: string, value: string): Part {
  return { description, required: true, schema: { type: 'string', const: value } };
}

/** A parameter of the query. */
export function query(name: string, description: string, values: Part = {}): Part {
  return { name, in: 'query', description, schema: { type: 'string', ...values } };
}
