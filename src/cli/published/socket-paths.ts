import { realtimePath, translationsPath } from '../../server/admission/decide.ts';
import { httpErrors } from '../../server/admission/http-errors.ts';
import { failure, header, type Part, query, securedBy } from './parts.ts';

/** What a socket that is opened is told by the upgrade, whoever opens it. */
const upgraded = {
  description:
    'The connection is a WebSocket now, with a JSON object in each text frame; `asyncapi.json` tells of those. A client that may not have a session is told so here, since it could not read the body of another answer: one `error` event follows, then the socket closes. Its close code is 3000 for a missing or wrong key and for a client secret of another kind of session, 4000 for a missing or unknown model, 1013 for too many sessions, 1001 while the server drains.',
  headers: {
    Upgrade: header('The protocol.', 'websocket'),
    'Sec-WebSocket-Protocol': {
      description: 'There where the client offered it.',
      schema: { type: 'string', const: 'realtime' },
    },
  },
};

const refused = {
  '400': failure('The handshake is not one of WebSocket.', {
    invalid_upgrade: httpErrors.malformedUpgrade('Missing or invalid Sec-WebSocket-Key header'),
  }),
  '401': { $ref: '#/components/responses/Unauthorized' },
  '403': { $ref: '#/components/responses/NotWelcome' },
  '426': failure(
    'The request asks for no upgrade.',
    { upgrade_required: httpErrors.upgradeRequired() },
    { Upgrade: header('What to ask for.', 'websocket') },
  ),
  '429': { $ref: '#/components/responses/TooManyWrongKeys' },
};

/** Where sessions are spoken. */
export const socketPaths: Readonly<Record<string, Part>> = {
  [realtimePath]: {
    get: {
      operationId: 'openRealtimeSession',
      tags: ['sockets'],
      summary: 'Opens a realtime or a transcription session over WebSocket.',
      description:
        'Takes one of `model`, `intent` and `call_id`; `intent` may stand beside `model`. With a client secret that is bound to a session, none is needed. Other parameters are ignored.',
      parameters: [
        query('model', 'Starts a session in which this model answers or, beside `intent`, listens.'),
        query('intent', 'Starts a session that only writes down what it hears.', { const: 'transcription' }),
        query(
          'call_id',
          'Joins the session of a call that is up, beside its data channel. Needs the key that the call was opened with, or that made its client secret.',
        ),
      ],
      security: securedBy('bearer', 'apiKey', 'subprotocol'),
      responses: {
        '101': upgraded,
        ...refused,
        '404': failure('The call is unknown or over.', {
          call_id_not_found: httpErrors.unknownCall('rtc_9c6574da8b8a'),
        }),
      },
    },
  },
  [translationsPath]: {
    get: {
      operationId: 'openTranslationSession',
      tags: ['sockets'],
      summary: 'Opens a translation session over WebSocket.',
      description: 'With a client secret, which is bound to a model, none is needed.',
      parameters: [query('model', 'The model that translates.')],
      security: securedBy('bearer', 'apiKey', 'subprotocol'),
      responses: { '101': upgraded, ...refused },
    },
  },
};
