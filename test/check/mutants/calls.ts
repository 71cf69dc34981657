import type { ConnectAsk, Reply } from '../../../src/check/endpoint.ts';
import { after, cut, drop, edit, type Frame, freshId, httpError, reply, set, type Talk } from '../mutation.ts';
import { asked, both, has, isBeta, isSideband, type Mutant, mutant } from './mutant.ts';

const error = 'error';

/** The connections of each call. */
class Sidebands {
  readonly #talks = new Map<string, Talk[]>();

  of(talk: Talk): readonly Talk[] {
    const id = talk.ask.query['call_id'] ?? '';
    const talks = this.#talks.get(id) ?? [];
    if (!talks.includes(talk)) talks.push(talk);
    this.#talks.set(id, talks);
    return talks;
  }
}

const nowhere = 'rtc_0000000000000000000000000000';

const isJoin = ({ query }: ConnectAsk): boolean => query['call_id'] !== undefined && query['call_id'] !== nowhere;

const sidebands: readonly Mutant[] = [
  mutant(
    'an unknown call is an internal failure',
    () => ({ connect: (wanted) => (wanted.query['call_id'] === nowhere ? httpError(500) : wanted) }),
    ['sideband.join/unknown'],
  ),
  mutant('the first sideband is closed at once', () => {
    let joins = 0;
    return {
      opened(connection, talk) {
        if (isJoin(talk.ask) && joins++ === 0) talk.close(1011);
        return connection;
      },
    };
  }, ['sideband.join/opens']),
  mutant(
    'an update by a sideband is lost',
    () =>
      set('session.updated', 'session.instructions', '', both(isSideband, asked('session.instructions', 'Be brief.'))),
    ['sideband.event/update', 'law.session/folds-updates'],
  ),
  mutant('all sidebands are told of errors', () => {
    const all = new Sidebands();
    return {
      opened(connection, talk) {
        if (isJoin(talk.ask)) all.of(talk);
        return connection;
      },
      server(event, talk) {
        if (event.type === error && isJoin(talk.ask))
          for (const each of all.of(talk)) if (each !== talk) each.tell(event);
        return [event];
      },
    };
  }, ['sideband.event/error-to-sender', 'law.event/answered-once', 'law.error/echoes-ids']),
  mutant('a call ends with its first sideband', () => {
    const gone = new Set<string>();
    return {
      closed(code, { ask }) {
        if (isJoin(ask)) gone.add(ask.query['call_id'] ?? '');
        return code;
      },
      connect: (wanted) => (gone.has(wanted.query['call_id'] ?? '') ? httpError(404) : wanted),
    };
  }, ['sideband.close/call-stays']),
  mutant(
    'a sideband outlives its call',
    () => ({ closed: (code, { ask }) => (isJoin(ask) && code !== 1000 ? null : isJoin(ask) ? null : code) }),
    ['sideband.close/call-stays', 'sideband.close/with-call'],
  ),
];

const calling = /^\/calls$/;

const isCall = (_ask: unknown, { status }: Reply): boolean => status === 201;

function header(name: string, value: string | null): (answer: Reply) => Reply {
  return (answer) => {
    const { [name]: _old, ...headers } = answer.headers;
    return { ...answer, headers: value === null ? headers : { ...headers, [name]: value } };
  };
}

const calls: readonly Mutant[] = [
  mutant('a call is answered with 200', () => reply(calling, (answer) => ({ ...answer, status: 200 }), isCall), [
    'webrtc.offer/answer',
    'webrtc.offer/secret',
  ]),
  mutant('a call has no name', () => reply(calling, header('location', null), isCall), [
    'webrtc.offer/location',
    'webrtc.hangup/ends',
  ]),
  mutant(
    'there is no data channel',
    () =>
      reply(
        calling,
        (answer) => ({ ...answer, body: answer.body.replace('m=application 9', 'm=application 0') }),
        isCall,
      ),
    ['webrtc.offer/lines'],
  ),
  mutant(
    'there are no candidates',
    () =>
      reply(calling, (answer) => ({ ...answer, body: answer.body.replaceAll(/^a=candidate:.*\r\n/gm, '') }), isCall),
    ['webrtc.offer/whole'],
  ),
  mutant(
    'a form gives something else',
    () =>
      reply(
        calling,
        (answer) => ({ ...answer, body: '{}' }),
        (wanted) => (wanted.headers['content-type'] ?? '').startsWith('multipart'),
      ),
    ['webrtc.offer/form'],
  ),
  mutant('Location is hidden from pages', () => reply(calling, header('access-control-expose-headers', null)), [
    'webrtc.offer/across-origins',
  ]),
  mutant(
    'a preflight allows no key',
    () => reply(calling, header('access-control-allow-headers', 'content-type'), ({ method }) => method === 'OPTIONS'),
    ['webrtc.offer/preflight'],
  ),
  mutant(
    'a secret makes no call',
    () => ({
      request: (wanted) =>
        calling.test(wanted.path) && /ek_/.test(wanted.headers['authorization'] ?? '') ? httpError(401) : wanted,
    }),
    ['webrtc.offer/secret'],
  ),
  mutant(
    'a bad offer is an internal failure',
    () =>
      reply(
        calling,
        () => httpError(500),
        (_ask, { status }) => status === 400,
      ),
    ['webrtc.offer/bad'],
  ),
  mutant(
    'a wrong key makes no call, and says otherwise',
    () =>
      reply(
        calling,
        (answer) => ({ ...answer, status: 500 }),
        (_ask, { status }) => status === 401,
      ),
    ['webrtc.offer/wrong-key'],
  ),
  mutant(
    'calls cannot be ended',
    () => ({
      request: (wanted) =>
        /\/rtc_(?!0{28}).*\/hangup$/.test(wanted.path) ? { status: 200, headers: {}, body: '' } : wanted,
    }),
    ['sideband.close/with-call', 'webrtc.hangup/ends', 'calls.key/wrong', 'webrtc.hangup/closes'],
  ),
  mutant(
    'hanging up nothing succeeds',
    () =>
      reply(
        /\/hangup$/,
        () => ({ status: 200, headers: {}, body: '' }),
        (_ask, { status }) => status === 404,
      ),
    ['webrtc.hangup/unknown'],
  ),
];

function inSession(key: string, value: unknown): (event: Frame) => void {
  return ({ session }) => void Reflect.set(Object(session), key, value);
}

const beta: readonly Mutant[] = [
  mutant(
    'the beta names a format otherwise',
    () => edit('session.created', inSession('input_audio_format', 'pcm'), isBeta),
    ['beta.session/created'],
  ),
  mutant(
    'the beta loses modalities',
    () =>
      edit(
        'session.updated',
        inSession('modalities', ['text', 'audio']),
        both(
          isBeta,
          has('session.modalities.0', 'text'),
          has('session.turn_detection', null),
          asked('session.instructions', 'Be brief.'),
        ),
      ),
    ['beta.session/update'],
  ),
  mutant(
    'the beta loses µ-law',
    () =>
      edit(
        'session.updated',
        inSession('output_audio_format', 'pcm16'),
        both(isBeta, has('session.output_audio_format', 'g711_ulaw')),
      ),
    ['beta.session/formats'],
  ),
  mutant(
    'the beta sends events of today',
    () =>
      after(
        'conversation.item.created',
        (event) => ({ ...event, type: 'conversation.item.added', event_id: freshId() }),
        isBeta,
      ),
    ['beta.item/created'],
  ),
  mutant('the beta deletes another item', () => set('conversation.item.deleted', 'item_id', 'check_other', isBeta), [
    'beta.item/deleted',
  ]),
  mutant('the beta ends with other words', () => set('response.text.done', 'text', 'Bye'), ['beta.response/text']),
  mutant('the sound of the beta never ends', () => drop('response.audio.done'), ['beta.response/audio']),
  mutant('the beta has no usage', () => cut('response.done', 'response.usage', isBeta), ['beta.response/done']),
  mutant('the beta commits another item', () => set('input_audio_buffer.committed', 'item_id', 'item_other', isBeta), [
    'beta.input/commit',
  ]),
  mutant('the beta does not say what caused an error', () => set(error, 'error.event_id', null, isBeta), [
    'beta.error/echoes-event-id',
  ]),
];

export const callMutants: readonly Mutant[] = [...sidebands, ...calls, ...beta];
