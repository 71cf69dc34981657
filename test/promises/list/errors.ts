import { type Area, testsIn } from '../promise.ts';

const catalogue = testsIn('test/errors/catalogue.test.ts');
const http = testsIn('test/e2e/http.test.ts');
const events = testsIn('src/protocol/parse-errors.test.ts');
const parse = testsIn('src/protocol/parse.test.ts');
const server = testsIn('test/e2e/server.test.ts');
const limits = testsIn('test/limits/key-limits.test.ts');
const session = testsIn('src/server/session/session.test.ts');

const refuses = 'refuses $what: $code, and the session still answers';
const ends = 'is $what, and an error says so before the close';
const fatal = 'a refused connection is upgraded, told one error and closed: > %s';
const mistake = 'a client event that %s > %j';

const envelope: Area = {
  name: 'Errors',
  statements: [
    {
      id: 'error-envelope',
      section: '§8',
      promise: 'An error has type, code, message, param and event_id, all always there.',
      kept: 'yes',
      proof: [catalogue(refuses), events(mistake, "'type', 'code', 'message', 'param', 'event_id'")],
    },
    {
      id: 'error-echo',
      section: '§8',
      promise: 'It echoes the event_id of the event that it answers.',
      kept: 'yes',
      proof: [catalogue('echoes the event_id when it refuses $what')],
    },
    {
      id: 'error-harmless',
      section: '§8',
      promise: 'After it the session goes on as if nothing had been sent.',
      kept: 'yes',
      proof: [
        catalogue(refuses),
        testsIn('test/laws/core.test.ts')('keeps law $number: $says', 'a refused event leaves the state as it was'),
      ],
    },
    {
      id: 'error-frame',
      section: '§8',
      promise: 'What is no JSON is invalid_json; no object, no type and a binary frame are invalid_event.',
      kept: 'yes',
      proof: [
        parse('%s gives %s without a param'),
        catalogue(refuses, "'a text that is not JSON'"),
        catalogue(refuses, "'a binary frame'"),
      ],
    },
    {
      id: 'error-type',
      section: '§8',
      promise: 'An unknown type is invalid_value, with the twelve types that there are; so is what only WebRTC takes.',
      kept: 'yes',
      proof: [
        parse('of a client is refused with the twelve types that the service names'),
        catalogue(refuses, "'what only sessions over WebRTC take'"),
      ],
    },
    {
      id: 'error-field',
      section: '§8',
      promise: 'A field that is missing, of the wrong type, unknown or out of bounds is named by its path.',
      kept: 'yes',
      proof: [
        events(mistake, "'lacks a field'"),
        events(mistake, "'has a field of the wrong type'"),
        events(mistake, "'has a value that is not supported'"),
        events(mistake, "'has a field that the API does not name'"),
        events(mistake, "'oversteps a bound'"),
      ],
    },
    {
      id: 'error-session',
      section: '§8',
      promise: 'What the state of a session forbids has the code of the service.',
      kept: 'yes',
      proof: [
        catalogue(refuses, "'a second response beside a running one'"),
        catalogue(refuses, "'another voice once the session has spoken'"),
        catalogue(refuses, "'an item under an id that is taken'"),
        catalogue('has a row for every mistake that only the session can see'),
      ],
    },
    {
      id: 'error-large-append',
      section: '§8',
      promise: 'An append of more than 15 MiB is refused, and a frame over the limit closes with 1009.',
      kept: 'yes',
      proof: [
        catalogue(refuses, "'more than 15 MiB in one append'"),
        testsIn('test/e2e/life.test.ts')('close a connection with 1009 whose frame is too large, and no other'),
      ],
    },
    {
      id: 'error-fatal',
      section: '§8',
      promise:
        'Only keys, models and the beta shape at the start, and age, overload and draining later, end a session.',
      kept: 'yes',
      proof: [server(fatal), catalogue(ends)],
    },
    {
      id: 'error-internal',
      section: '§8',
      promise: 'A bug of the server is a server_error that tells the session’s id and nothing of the inside.',
      kept: 'yes',
      proof: [
        session('ends the session that met it with 1011, and throws at nobody'),
        catalogue(ends, "'a bug of the server'"),
      ],
    },
    {
      id: 'error-http',
      section: '§8',
      promise: 'Whatever fails by HTTP answers {error: {message, type, param, code}}.',
      kept: 'yes',
      proof: [http('fail in JSON: %s %s'), http('tell missing and wrong keys apart, as the socket does')],
    },
    {
      id: 'error-limits',
      section: '§8',
      promise: 'Too many requests are rate_limit_exceeded, a used-up quota is insufficient_quota.',
      kept: 'yes',
      proof: [
        limits('has the response refused that is one too many, and the session stays'),
        limits('that is used up ends the session after its response, and every other of the key'),
      ],
    },
  ],
};

export const errors: readonly Area[] = [envelope];
