import { type Area, type Statement, testsIn } from '../promise.ts';

const auth = testsIn('src/server/admission/keys.test.ts');
const cli = testsIn('test/e2e/cli.test.ts');
const connection = testsIn('test/promises/connection.test.ts');
const door = testsIn('test/e2e/door.test.ts');
const entrance = testsIn('src/server/admission/decide.test.ts');
const events = testsIn('src/protocol/parse-errors.test.ts');
const ids = testsIn('src/core/ids.test.ts');
const life = testsIn('test/e2e/life.test.ts');
const openai = testsIn('test/clients/openai.test.ts');
const refusal = testsIn('src/server/admission/refusal.test.ts');
const secrets = testsIn('src/server/admission/client-secrets.test.ts');
const secretsOverHttp = testsIn('test/e2e/secrets.test.ts');
const server = testsIn('test/e2e/server.test.ts');
const session = testsIn('src/server/session/session.test.ts');
const translation = testsIn('test/translation/server.test.ts');
const wire = testsIn('test/e2e/wire.test.ts');
const bodies = testsIn('src/protocol/bodies.test.ts');
const conversation = testsIn('src/core/conversation/conversation.test.ts');

const refused = 'a refused connection is upgraded, told one error and closed: > %s';
const mistake = 'a client event that %s > %j';

const webSocket: readonly Statement[] = [
  {
    id: 'connect-model',
    section: '§1.1',
    promise: 'A session opens at /v1/realtime?model=NAME with the model it names.',
    kept: 'yes',
    proof: [
      entrance('opens a session with the model it names'),
      server('opens with session.created and carries a turn'),
    ],
  },
  {
    id: 'connect-transcription',
    section: '§1.1',
    promise: 'A transcription session opens with ?intent=transcription; a model beside it is the one that listens.',
    kept: 'yes',
    proof: [
      server('for transcription needs no model'),
      server('for transcription may name the model %s beside the intent'),
      entrance('for a transcription session may name the model that listens; a name that nobody has chooses none'),
    ],
  },
  {
    id: 'connect-translation',
    section: '§1.1',
    promise: 'A translation session opens at /v1/realtime/translations?model=NAME.',
    kept: 'yes',
    proof: [translation('plays speech back with the echo model and closes when asked')],
  },
  {
    id: 'connect-unknown-model',
    section: '§1.1',
    promise: 'A missing model ends in missing_model, an unknown one in invalid_model.',
    kept: 'yes',
    proof: [server(refused, "'no model'"), server(refused, "'an unknown model'")],
  },
  {
    id: 'connect-speech-to-text-model',
    section: '§1.1',
    promise: 'A model that only transcribes is refused with invalid_model.',
    kept: 'no',
    missing: 'if one model is served under every name, also the name of one that only transcribes is accepted',
  },
  {
    id: 'connect-unknown-call',
    section: '§1.1',
    promise: 'A ?call_id= of an unknown or ended call is answered by HTTP 404.',
    kept: 'yes',
    proof: [server('an upgrade is refused by HTTP > %s', "'for a call that is not there'")],
  },
  {
    id: 'connect-unknown-parameters',
    section: '§1.1',
    promise: 'Query parameters that nobody knows are ignored.',
    kept: 'yes',
    proof: [entrance('an upgrade request > may carry query parameters that nobody knows')],
  },
  {
    id: 'connect-credentials',
    section: '§1.1',
    promise: 'A key comes as a bearer token, in the api-key header or as a subprotocol.',
    kept: 'yes',
    proof: [auth('is read from %s'), server('or program may present its key as %s')],
  },
  {
    id: 'connect-subprotocol',
    section: '§1.1',
    promise:
      'A list of subprotocols is answered with realtime where that is in it, else with none, and a key is never echoed.',
    kept: 'yes',
    proof: [
      server('is answered with the subprotocol realtime, and its key is not echoed'),
      server('is answered with no subprotocol where it offers none'),
      door('is answered with realtime where it offered that, and else with none'),
      connection('of a browser may offer its key, organization and project as subprotocols, in any order'),
    ],
  },
  {
    id: 'connect-beta',
    section: '§1.1',
    promise: 'The beta header and the beta subprotocol mean the same: ignored, refused or translated, as configured.',
    kept: 'yes',
    proof: [
      entrance('is served all the same where the header is ignored'),
      entrance('is refused where the server is strict'),
      testsIn('test/clients/beta.test.ts')('holds a typed turn that is answered aloud'),
    ],
  },
  {
    id: 'connect-headers',
    section: '§1.1',
    promise: 'Headers of organization, project, safety identifier and SDK are accepted.',
    kept: 'yes',
    proof: [connection('may carry every header that the stock clients send')],
  },
  {
    id: 'connect-tls',
    section: '§1.1',
    promise: 'The server speaks wss, which the openai package insists on.',
    kept: 'yes',
    proof: [server('serves https and wss with the given certificate'), openai('holds a text turn')],
  },
  {
    id: 'connect-refusal',
    section: '§1.1',
    promise:
      'A refused connection is upgraded, told one error and closed; the reason is the type and code of the error.',
    kept: 'yes',
    proof: [
      refusal('is told one error with all its keys, then closed with type and code as the reason'),
      refusal('has only the type as the reason where there is no code'),
      server(refused),
    ],
  },
  {
    id: 'connect-close-codes',
    section: '§1.1',
    promise:
      'Close codes: 3000 for keys, 4000 for the request, 1001 for age, 1008, 1009 and 1011 for what else ends it.',
    kept: 'yes',
    proof: [
      server(refused, '3000'),
      server(refused, '4000'),
      session('ends at the allowed age'),
      life('is told so and closed with 1008 where it reads nothing of what waits for it'),
      life('close a connection with 1009 whose frame is too large, and no other'),
      session('ends the session that met it with 1011, and throws at nobody'),
    ],
  },
  {
    id: 'connect-close-echo',
    section: '§1.1',
    promise: 'A close by the client is answered with its own code and reason.',
    kept: 'yes',
    proof: [server('opens with session.created and carries a turn', "'thanks'")],
  },
  {
    id: 'connect-greeting',
    section: '§1.1',
    promise: 'session.created is sent at once, before any client event.',
    kept: 'yes',
    proof: [session('greets first and answers in the same turn of the event loop')],
  },
  {
    id: 'connect-pings',
    section: '§1.1',
    promise: 'The server pings every 20 seconds, and silence alone ends no session.',
    kept: 'yes',
    proof: [
      wire('pings every twenty seconds, and drops a peer that answers none'),
      wire('keeps a peer that answers pings and says nothing else'),
    ],
  },
  {
    id: 'connect-deflate',
    section: '§1.1',
    promise: 'permessage-deflate is negotiated with clients that offer it, once it is switched on.',
    kept: 'yes',
    proof: [server('is compressed only where the server allows it')],
  },
  {
    id: 'connect-binary',
    section: '§1.1',
    promise: 'A binary frame is answered with an error, and the session goes on.',
    kept: 'yes',
    proof: [server('answers a binary frame with an error and goes on')],
  },
];

const age: readonly Statement[] = [
  {
    id: 'age-limit',
    section: '§1.4',
    promise: 'After 60 minutes (configurable) a session ends with session_expired, which names them, and close 1001.',
    kept: 'yes',
    proof: [
      testsIn('src/core/response/response.test.ts')(
        'ends at the allowed age with session_expired, and says nothing more',
      ),
      session('ends at the allowed age'),
    ],
  },
  {
    id: 'age-expires-at',
    section: '§1.4',
    promise: 'expires_at tells the moment from the start.',
    kept: 'yes',
    proof: [
      testsIn('src/core/session-config.test.ts')('shows every default of a realtime session', 'expires_at: 3600'),
    ],
  },
];

const clientSecrets: Area = {
  name: 'Client secrets (ephemeral keys)',
  statements: [
    {
      id: 'secret-minted',
      section: '§1.5',
      promise: 'POST /v1/realtime/client_secrets answers with a value, its expiry and the session in full.',
      kept: 'yes',
      proof: [
        secretsOverHttp('starts any number of sessions with what it is bound to'),
        secrets('look like the service’s, and are bound to what they were made with'),
      ],
    },
    {
      id: 'secret-lifetime',
      section: '§1.5',
      promise: 'A secret lives 600 seconds, or 10 to 7200 as asked for, counted from its creation.',
      kept: 'yes',
      proof: [
        secretsOverHttp('%s is refused in the API’s own words', "'that lives too long'"),
        bodies('of a %s with a mistake is refused', "'expires_after.anchor'"),
        secretsOverHttp('starts any number of sessions with what it is bound to', 'before + 600'),
      ],
    },
    {
      id: 'secret-many-sessions',
      section: '§1.5',
      promise: 'A secret starts any number of sessions until it expires, and these outlive it.',
      kept: 'yes',
      proof: [
        secretsOverHttp('starts any number of sessions with what it is bound to'),
        connection('that has expired starts no session, and one that it started goes on'),
      ],
    },
    {
      id: 'secret-settings',
      section: '§1.5',
      promise: 'A session begins with what its secret is bound to, and session.update can still change it.',
      kept: 'yes',
      proof: [
        secretsOverHttp('opens a transcription session where it is bound to one'),
        connection('settles a session that the client may still change'),
      ],
    },
    {
      id: 'secret-expired',
      section: '§1.5',
      promise: 'An expired or unknown secret is refused with invalid_api_key, close 3000.',
      kept: 'yes',
      proof: [
        connection('that has expired starts no session, and one that it started goes on'),
        secretsOverHttp('is refused when nobody made it, also where no keys are configured'),
      ],
    },
    {
      id: 'secret-mistakes',
      section: '§1.5',
      promise: 'A wrong request gets HTTP 400 with the codes of the socket, one without a key 401.',
      kept: 'yes',
      proof: [secretsOverHttp('%s is refused in the API’s own words')],
    },
    {
      id: 'secret-translation',
      section: '§1.5',
      promise: 'Secrets for translation sessions come from /v1/realtime/translations/client_secrets.',
      kept: 'yes',
      proof: [secretsOverHttp('opens a translation session where it was made for one, and no other')],
    },
    {
      id: 'secret-beta-endpoints',
      section: '§1.5',
      promise:
        'The endpoints of the beta, /v1/realtime/sessions and /v1/realtime/transcription_sessions, mint secrets.',
      kept: 'no',
      missing: 'the endpoints of the beta',
    },
  ],
};

const names: readonly Statement[] = [
  {
    id: 'ids-minted',
    section: '§1.6',
    promise: 'Ids have the prefix of their kind and 21 base-62 digits, and never repeat in a session.',
    kept: 'yes',
    proof: [
      ids('carry their prefix and 21 base-62 digits'),
      ids('never repeat within a session of 200,000 events'),
      refusal('gets an event id of its own'),
    ],
  },
  {
    id: 'ids-of-clients',
    section: '§1.6',
    promise: 'Clients choose item ids of up to 32 characters, and event ids of up to 512.',
    kept: 'yes',
    proof: [
      conversation('adds an item with the client’s id, completed, and starts no response'),
      events(mistake, 'maximum length 32'),
      events(mistake, 'maximum length 512'),
      events('%j passes', "'x'.repeat(32)"),
    ],
  },
  {
    id: 'metadata-bounds',
    section: '§1.6',
    promise: 'Metadata holds up to 16 pairs, with keys of up to 64 and values of up to 512 characters.',
    kept: 'yes',
    proof: [events(mistake, 'metadata(seventeen)'), events('%j passes', "'k'.repeat(64)")],
  },
];

const draining: readonly Statement[] = [
  {
    id: 'drain',
    section: '§1.1',
    promise: 'A server that stops lets running responses end, refuses new sessions, and closes with 1001.',
    kept: 'yes',
    proof: [
      life('lets a running response end, and meanwhile refuses new sessions and is not ready'),
      life('closes idle sessions with 1001 and frees the port'),
      cli('ends even a program whose response would go on'),
      life('cuts off what would go on, within ten seconds'),
    ],
  },
];

export const connecting: readonly Area[] = [
  { name: 'WebSocket: keys, TLS, age limit, ids', statements: [...webSocket, ...age, ...names, ...draining] },
  clientSecrets,
];
