/**
 * The rules of OpenAPI 3.1 for as much of it as `openapi.json` uses, as JSON Schema: which keys an object must and may
 * have. What is no part of it here would be a slip there.
 */
export const openApiRules = {
  ...object(
    { openapi: { const: '3.1.0' }, info: ref('info'), paths: ref('paths'), components: ref('components') },
    {
      servers: list(ref('server')),
      webhooks: map('^[a-z.]+$', ref('path')),
      tags: list(object({ name: text(), description: text() })),
    },
  ),
  $defs: {
    info: object(
      { title: text(), version: text(), description: text() },
      { license: object({ name: text(), identifier: text() }) },
    ),
    server: object(
      { url: text(), description: text() },
      { variables: map('^\\w+$', object({ default: text(), description: text() })) },
    ),
    paths: map('^/', ref('path')),
    path: {
      ...object({}, { get: ref('operation'), post: ref('operation'), delete: ref('operation') }),
      minProperties: 1,
    },
    operation: object(
      { operationId: text(), summary: text(), tags: list(text()), responses: map('^[1-5]\\d\\d$', either('response')) },
      {
        description: text(),
        parameters: list(ref('parameter')),
        requestBody: ref('requestBody'),
        security: list(map('^\\w+$', { type: 'array', maxItems: 0 })),
      },
    ),
    parameter: object(
      { name: text(), in: { enum: ['query', 'header', 'path'] }, description: text(), schema: ref('schema') },
      { required: { type: 'boolean' } },
    ),
    requestBody: object({ description: text(), content: ref('content'), required: { type: 'boolean' } }),
    content: map('^[a-z]+/[a-z-]+$', ref('mediaType')),
    mediaType: object({ schema: ref('schema') }, { example: {}, examples: map('^\\w+$', ref('example')) }),
    example: object({ value: {} }, { summary: text() }),
    response: object({ description: text() }, { content: ref('content'), headers: map('^[A-Z]', ref('header')) }),
    header: object({ description: text(), schema: ref('schema') }, { required: { type: 'boolean' } }),
    schema: { type: 'object' },
    reference: object({ $ref: { type: 'string', pattern: '^#/components/' } }),
    components: object({
      schemas: map('^[A-Za-z]+$', ref('schema')),
      responses: map('^[A-Za-z]+$', ref('response')),
      securitySchemes: map('^[A-Za-z]+$', ref('securityScheme')),
    }),
    securityScheme: {
      anyOf: [
        object({ type: { const: 'http' }, scheme: text(), description: text() }),
        object({ type: { const: 'apiKey' }, in: { enum: ['header', 'query'] }, name: text(), description: text() }),
      ],
    },
  },
};

type Rule = Readonly<Record<string, unknown>>;

/** An object with these keys, perhaps with those, and with no other. */
function object(required: Readonly<Record<string, Rule>>, optional: Readonly<Record<string, Rule>> = {}): Rule {
  const properties = { ...required, ...optional };
  return { type: 'object', properties, required: Object.keys(required), additionalProperties: false };
}

function map(keys: string, values: Rule): Rule {
  return { type: 'object', patternProperties: { [keys]: values }, additionalProperties: false };
}

function list(members: Rule): Rule {
  return { type: 'array', items: members, minItems: 1 };
}

function text(): Rule {
  return { type: 'string', minLength: 1 };
}

function ref(name: string): Rule {
  return { $ref: `#/$defs/${name}` };
}

function either(name: string): Rule {
  return { anyOf: [ref(name), ref('reference')] };
}
