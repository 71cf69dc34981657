import { type HttpError, httpErrors } from '../../server/admission/http-errors.ts';
import { refusals } from '../../server/admission/refusal.ts';
import { callsPath } from '../../server/http/calls.ts';
import { maxBodyBytes } from '../../server/http/client-secrets.ts';
import { failure, type Part, schema, securedBy } from './parts.ts';

const withKey = securedBy('bearer', 'apiKey');
const keyNeeded = {
  '401': { $ref: '#/components/responses/Unauthorized' },
  '403': { $ref: '#/components/responses/NotWelcome' },
  '429': { $ref: '#/components/responses/TooManyWrongKeys' },
};

/** What sessions are refused with on a socket, as HTTP tells it. */
function told({ error }: ReturnType<(typeof refusals)[keyof typeof refusals]>): HttpError {
  const { message, type, param = null, code = null } = error;
  return { message, type, param, code };
}

const mistakes = {
  missing_required_parameter: httpErrors.missingOffer(),
  invalid_offer: httpErrors.badOffer('The offer is not SDP.'),
  unsupported_content_type: httpErrors.unsupportedContentType('application/json'),
  invalid_model: { ...told(refusals.unknownModel('nobody', ['echo'])), param: 'model' },
};

/** Each way in which there are too many of something, of the same address or key. */
const tooMany = failure(
  'Too many wrong keys came from the same address, or the key may make no more requests, have no more sessions or spend no more.',
  {
    too_many_wrong_keys: httpErrors.tooManyWrongKeys(60),
    rate_limit_exceeded: httpErrors.limitReached(60),
    insufficient_quota: httpErrors.quotaUsedUp(),
    session_limit_reached: told(refusals.tooManySessionsOfKey(1)),
  },
  {
    'Retry-After': {
      description: 'When to ask again, in seconds; absent where waiting does not help.',
      schema: { type: 'string', pattern: '^[1-9][0-9]*$' },
    },
  },
);

const begin = {
  operationId: 'createCall',
  tags: ['calls'],
  summary: 'Begins a call over WebRTC: takes an SDP offer and answers it.',
  description:
    'The session begins at once; its events come and go over the data channel `oai-events` of the offer, its sound by the audio line. Where no model is named, neither here nor by the client secret, it is the first of `GET /v1/models`. With a client secret beside a `session`, that counts as the first update of what the secret has settled.',
  parameters: [
    { name: 'model', in: 'query', description: 'The model that answers.', schema: { type: 'string' } },
    {
      name: 'intent',
      in: 'query',
      description: 'For a session that only writes down what it hears.',
      schema: { type: 'string', const: 'transcription' },
    },
    {
      name: 'resumption',
      in: 'query',
      description: 'For a session that can be taken up again.',
      schema: { type: 'string', const: '1' },
    },
    {
      name: 'resume',
      in: 'query',
      description:
        'The handle of a session that goes on in this call, in place of a model, an intent and a `session`. Refusals are as on a socket.',
      schema: { type: 'string', pattern: '^rsm_' },
    },
  ],
  security: withKey,
  requestBody: {
    description: 'The offer by itself, or in a form with the session.',
    required: true,
    content: {
      'application/sdp': { schema: { type: 'string', description: 'An SDP offer.' } },
      'multipart/form-data': {
        schema: {
          type: 'object',
          properties: {
            sdp: { type: 'string', description: 'An SDP offer.' },
            session: { ...schema('RealtimeSession'), description: 'What the session begins with, as JSON.' },
          },
          required: ['sdp'],
          additionalProperties: false,
        },
      },
    },
  },
  responses: {
    '201': {
      description: 'The SDP answer, with every candidate in it.',
      headers: {
        Location: {
          description: 'Where the call is controlled; the last part is its id. Pages of other origins may read it.',
          required: true,
          schema: { type: 'string', pattern: '^/v1/realtime/calls/rtc_[0-9a-f]{28}$' },
        },
      },
      content: { 'application/sdp': { schema: { type: 'string' } } },
    },
    '400': failure('The offer or the session makes no sense.', mistakes),
    ...keyNeeded,
    '429': tooMany,
    '413': failure('The request is too large.', { request_too_large: httpErrors.bodyTooLarge(maxBodyBytes) }),
    '500': { $ref: '#/components/responses/InternalError' },
    '501': failure('The server can take no calls.', {
      calls_unavailable: httpErrors.callsUnavailable(
        'WebRTC calls need the package node-datachannel: npm install node-datachannel',
      ),
    }),
    '503': failure('The server is full, or drains.', {
      session_limit_reached: told(refusals.tooManySessions(0)),
      server_draining: told(refusals.draining()),
    }),
  },
};

const callId = {
  name: 'call_id',
  in: 'path',
  description: 'The last part of `Location` in the answer to the offer.',
  required: true,
  schema: { type: 'string' },
};
const unknown = failure('The call is over, was never there, or belongs to another key.', {
  call_id_not_found: httpErrors.unknownCall('rtc_9c6574da8b8a'),
});
const isUp = { invalid_call_state: httpErrors.callIsUp('rtc_up') };
const upFromTheBeginning =
  'Calls over WebRTC are up with their offer, those over media streams with their webhook: there is nothing to accept.';
const answered = failure(`${upFromTheBeginning} A call by SIP is answered once, while it rings.`, {
  ...isUp,
  call_already_answered: httpErrors.callAnswered('rtc_answered'),
  call_ended: httpErrors.callEnded('rtc_over'),
});

const accept = {
  operationId: 'acceptCall',
  tags: ['calls'],
  summary: 'Picks up a call that rings, by SIP.',
  description:
    'The body is the session that the call begins with; it is ready before the caller hears that somebody has picked up. Its sound is what the line carries, unless it asks for another format. Where it names no model, that is the first of `GET /v1/models`.',
  parameters: [callId],
  security: withKey,
  requestBody: {
    description: 'The session.',
    required: true,
    content: { 'application/json': { schema: schema('RealtimeSession') } },
  },
  responses: {
    '200': { description: 'The call is up.' },
    '400': failure('The session makes no sense. The call rings on.', {
      missing_required_parameter: {
        message: "Missing required parameter: 'type'.",
        type: 'invalid_request_error',
        param: 'type',
        code: 'missing_required_parameter',
      },
      invalid_model: told(refusals.unknownModel('nobody', ['echo'])),
    }),
    ...keyNeeded,
    '404': unknown,
    '409': answered,
    '429': tooMany,
    '500': { $ref: '#/components/responses/InternalError' },
    '503': failure('The server is full. The call rings on.', {
      session_limit_reached: told(refusals.tooManySessions(0)),
    }),
  },
};

const reject = {
  operationId: 'rejectCall',
  tags: ['calls'],
  summary: 'Turns down a call that rings, by SIP.',
  parameters: [callId],
  security: withKey,
  requestBody: {
    description: 'May be left out.',
    required: false,
    content: {
      'application/json': {
        schema: {
          type: 'object',
          properties: {
            status_code: {
              type: 'integer',
              description: 'The SIP status, from 300 to 699. Default 603.',
              default: 603,
            },
          },
          additionalProperties: false,
        },
      },
    },
  },
  responses: {
    '200': { description: 'The caller hears the status.' },
    '400': failure('The status turns no call down. The call rings on.', { invalid_value: httpErrors.badStatus(200) }),
    ...keyNeeded,
    '404': unknown,
    '409': answered,
  },
};

const refer = {
  operationId: 'referCall',
  tags: ['calls'],
  summary: 'Sends a telephone call on to another number, and ends it here.',
  description:
    'Only to what the operator allows. Over media streams an account of the carrier is needed; by SIP the telephone that has called is asked to call the target instead.',
  parameters: [callId],
  security: withKey,
  requestBody: {
    description: 'Where the call goes.',
    required: true,
    content: {
      'application/json': {
        schema: {
          type: 'object',
          properties: {
            target_uri: { type: 'string', description: 'Such as `tel:+493012345` or, by SIP, `sip:desk@pbx.example`.' },
          },
          required: ['target_uri'],
          additionalProperties: false,
        },
      },
    },
  },
  responses: {
    '200': { description: 'The other side has taken it over.' },
    '400': failure('The body makes no sense, or calls may not be sent there.', {
      missing_required_parameter: {
        message: "Missing required parameter: 'target_uri'.",
        type: 'invalid_request_error',
        param: 'target_uri',
        code: 'missing_required_parameter',
      },
      invalid_value: httpErrors.referRefused(),
    }),
    ...keyNeeded,
    '404': unknown,
    '409': failure(`${upFromTheBeginning} Only telephones can be sent on, once they are up.`, {
      ...isUp,
      call_rings: httpErrors.callRings('rtc_rings'),
    }),
    '502': failure('The other side has not done it.', { refer_failed: httpErrors.referFailed() }),
  },
};

/** How calls begin, and how they are controlled. */
export const callPaths: Readonly<Record<string, Part>> = {
  [callsPath]: { post: begin },
  [`${callsPath}/{call_id}/hangup`]: {
    post: {
      operationId: 'hangUpCall',
      tags: ['calls'],
      summary: 'Ends a call.',
      parameters: [callId],
      security: withKey,
      responses: { '200': { description: 'It ends.' }, ...keyNeeded, '404': unknown },
    },
  },
  [`${callsPath}/{call_id}/accept`]: { post: accept },
  [`${callsPath}/{call_id}/reject`]: { post: reject },
  [`${callsPath}/{call_id}/refer`]: { post: refer },
};
