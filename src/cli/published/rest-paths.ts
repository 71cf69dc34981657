import { type HttpError, httpErrors } from '../../server/admission/http-errors.ts';
import { maxBodyBytes } from '../../server/http/client-secrets.ts';
import { adminPaths } from './admin-paths.ts';
import { answer, failure, type Part, schema, securedBy } from './parts.ts';

const withKey = securedBy('bearer', 'apiKey');
const unauthorized = { $ref: '#/components/responses/Unauthorized' };
const notWelcome = { $ref: '#/components/responses/NotWelcome' };
const tooManyWrongKeys = { $ref: '#/components/responses/TooManyWrongKeys' };

/** Mistakes in the body of a request; code and param are those that the socket gives for the same mistake. */
const mistakes = {
  invalid_json: invalid('invalid_json', null, 'Invalid event: failed to parse JSON value. The text is not valid JSON.'),
  unknown_parameter: invalid('unknown_parameter', 'session.stranger', "Unknown parameter: 'session.stranger'."),
  integer_above_max_value: invalid(
    'integer_above_max_value',
    'expires_after.seconds',
    "Invalid 'expires_after.seconds': integer above maximum value. Expected a value <= 7200, but got 7201 instead.",
  ),
  invalid_model: invalid('invalid_model', 'session.model', "Model 'nobody' is not served here."),
};

function invalid(code: string, param: string | null, message: string): HttpError {
  return { message, type: 'invalid_request_error', param, code };
}

/** Each way in which there are too many of something. */
const tooMany = failure(
  'Too many wrong keys came from the same address, or the key may make no more requests or spend no more, or there are as many client secrets as there may be.',
  {
    too_many_wrong_keys: httpErrors.tooManyWrongKeys(60),
    rate_limit_exceeded: httpErrors.limitReached(60),
    insufficient_quota: httpErrors.quotaUsedUp(),
    client_secret_limit_reached: httpErrors.tooManySecrets(1),
  },
  {
    'Retry-After': {
      description: 'When to ask again, in seconds.',
      schema: { type: 'string', pattern: '^[1-9][0-9]*$' },
    },
  },
);

interface Minting {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  /** Names of definitions. */
  readonly request: string;
  readonly response: string;
  readonly isBodyRequired: boolean;
  readonly examples: Part;
}

function minting(facts: Minting): Part {
  const { operationId, summary, description, request, response, isBodyRequired, examples } = facts;
  return {
    post: {
      operationId,
      tags: ['client secrets'],
      summary,
      description,
      security: withKey,
      requestBody: {
        description: 'Read as JSON, whatever its content type. Keys that are not named here are refused.',
        required: isBodyRequired,
        content: { 'application/json': { schema: schema(request), examples } },
      },
      responses: {
        '200': answer('The secret. It is told this once: the server keeps only its hash.', response),
        '400': failure('The request makes no sense.', mistakes),
        '401': unauthorized,
        '403': notWelcome,
        '413': failure('The request is too large.', { request_too_large: httpErrors.bodyTooLarge(maxBodyBytes) }),
        '429': tooMany,
        '500': { $ref: '#/components/responses/InternalError' },
      },
    },
  };
}

/** What is asked and answered by plain HTTP. */
export const restPaths: Readonly<Record<string, Part>> = {
  '/v1/realtime/client_secrets': minting({
    operationId: 'createClientSecret',
    summary: 'Makes an ephemeral key for realtime or transcription sessions.',
    description:
      'The secret starts any number of sessions until it expires, each with the settings that it is bound to; the sessions may outlive it and change what they were given, but for the model. It opens calls, too, and nothing else.',
    request: 'ClientSecretRequest',
    response: 'ClientSecretResponse',
    isBodyRequired: false,
    examples: {
      defaults: { summary: 'For ten minutes and any model', value: {} },
      realtime: {
        summary: 'For a minute and one model',
        value: {
          expires_after: { anchor: 'created_at', seconds: 60 },
          session: { type: 'realtime', model: 'echo', instructions: 'Be brief.' },
        },
      },
      transcription: {
        summary: 'For writing down what is said',
        value: { session: { type: 'transcription', audio: { input: { transcription: { model: 'whisper-1' } } } } },
      },
    },
  }),
  '/v1/realtime/translations/client_secrets': minting({
    operationId: 'createTranslationClientSecret',
    summary: 'Makes an ephemeral key for translation sessions.',
    description: 'As the other one, but for sessions that translate.',
    request: 'TranslationClientSecretRequest',
    response: 'TranslationClientSecretResponse',
    isBodyRequired: true,
    examples: {
      translation: {
        summary: 'Into Spanish',
        value: { session: { model: 'echo', audio: { output: { language: 'es' } } } },
      },
    },
  }),
  '/v1/models': {
    get: {
      operationId: 'listModels',
      tags: ['models'],
      summary: 'Lists the configured models.',
      security: withKey,
      responses: {
        '200': answer('The list.', 'ModelList', {
          object: 'list',
          data: [{ id: 'echo', object: 'model', created: 1_790_000_000, owned_by: 'antiphon' }],
        }),
        '401': unauthorized,
        '403': notWelcome,
        '429': tooManyWrongKeys,
      },
    },
  },
  ...adminPaths,
  '/healthz': {
    get: {
      operationId: 'checkLiveness',
      tags: ['health'],
      summary: 'Tells that the process lives.',
      responses: { '200': answer('It lives.', 'Liveness', { status: 'ok' }), '403': notWelcome },
    },
  },
  '/readyz': {
    get: {
      operationId: 'checkReadiness',
      tags: ['health'],
      summary: 'Tells whether the server takes new sessions.',
      responses: {
        '200': answer('It does.', 'Readiness', { status: 'ready' }),
        '403': notWelcome,
        '503': answer('It drains.', 'Readiness', { status: 'draining' }),
      },
    },
  },
  '/metrics': {
    get: {
      operationId: 'readMetrics',
      tags: ['health'],
      summary: 'Tells what the server has done and is doing, as Prometheus reads it.',
      responses: {
        '200': { description: 'The metrics.', content: { 'text/plain': { schema: { type: 'string' } } } },
        '403': notWelcome,
      },
    },
  },
  '/': {
    get: {
      operationId: 'showPage',
      tags: ['page'],
      summary: 'The web console; without it a page that tells how to connect to this server.',
      responses: {
        '200': { description: 'The page.', content: { 'text/html': { schema: { type: 'string' } } } },
        '403': notWelcome,
      },
    },
  },
};

/** Answers that several paths give. */
export const responses: Readonly<Record<string, Part>> = {
  Unauthorized: failure(
    'The server has keys and the request shows none, or another.',
    { no_credentials: httpErrors.noCredentials(), invalid_api_key: httpErrors.wrongKey() },
    { 'WWW-Authenticate': { description: 'How to show a key.', schema: { type: 'string', const: 'Bearer' } } },
  ),
  NotWelcome: failure(
    'The request comes from an origin that may not use the server, or, where no keys are configured, under a name that is not its own.',
    {
      origin_not_allowed: httpErrors.originNotAllowed(),
      host_not_allowed: httpErrors.hostNotAllowed(),
    },
  ),
  TooManyWrongKeys: failure(
    'The key is wrong, as were twenty others from the same address within a minute. A right key is never refused.',
    { too_many_wrong_keys: httpErrors.tooManyWrongKeys(60) },
    {
      'Retry-After': {
        description: 'Seconds until another key may be tried.',
        schema: { type: 'string', pattern: '^[1-9][0-9]*$' },
      },
    },
  ),
  InternalError: failure('The server failed.', { internal: httpErrors.internal() }),
};
