import type { ConnectAsk, Reply } from '../../../src/check/endpoint.ts';
import { after, body, cut, drop, freshId, httpError, of, reply, set, type Talk } from '../mutation.ts';
import { asked, both, has, isTranslation, type Mutant, mutant } from './mutant.ts';

const sound = 'session.output_audio.delta';

const error = 'error';

const translation: readonly Mutant[] = [
  mutant('a translation has no model', () => cut('session.created', 'session.model', isTranslation), [
    'translation.session/created',
    'law.frame/shape',
  ]),
  mutant(
    'the language of a translation is lost',
    () =>
      set(
        'session.updated',
        'session.audio.output.language',
        'xx',
        both(isTranslation, has('session.audio.output.language', 'de')),
      ),
    ['translation.session/language'],
  ),
  mutant('a translation has responses', () => {
    const told = new WeakSet<Talk>();
    return {
      server(event, talk) {
        if (event.type !== sound || told.has(talk)) return [event];
        told.add(talk);
        return [{ type: 'response.created', event_id: freshId() }, event];
      },
    };
  }, ['translation.audio/output']),
  mutant('a translation has another rate', () => set(sound, 'sample_rate', 16_000), ['translation.audio/fields']),
  mutant('the time of a translation goes back', () => {
    let count = 0;
    return set(sound, 'elapsed_ms', 0, () => ++count % 3 === 0);
  }, ['translation.audio/time']),
  mutant(
    'something comes after the end of a translation',
    () => after('session.closed', () => ({ type: sound, event_id: freshId(), delta: '' })),
    ['translation.session/closed'],
  ),
  mutant('the last sentence is lost', () => drop(sound, asked('type', 'session.close')), [
    'translation.session/flushed',
  ]),
  mutant(
    'a mistake closes a translation',
    () => ({
      server(event, talk) {
        if (event.type !== error || !isTranslation(event, talk)) return [event];
        talk.tell(event);
        talk.close(1011);
        return [];
      },
    }),
    ['translation.event/other'],
  ),
];

const minting = /^\/client_secrets$/;

const isBrief = ({ body: text = '' }: { readonly body?: string }): boolean => text.includes('Be brief.');

/** The secrets that were made with instructions of their own. */
function briefSecrets(): {
  readonly values: Set<string>;
  readonly note: (answer: Reply, wanted: { readonly body?: string }) => Reply;
} {
  const values = new Set<string>();
  return {
    values,
    note(answer, wanted) {
      if (isBrief(wanted)) values.add(`Bearer ${of(JSON.parse(answer.body), 'value')}`);
      return answer;
    },
  };
}

function isSecret({ headers }: ConnectAsk): boolean {
  return /ek_(?!0{32})/.test(headers['authorization'] ?? '');
}

/** What a client asks with a secret that begins otherwise, as the server knows it. */
function known<A extends object>(wanted: A): A {
  return JSON.parse(JSON.stringify(wanted).replaceAll(/xx_([0-9a-f]{32})/g, 'ek_$1'));
}

const secrets: readonly Mutant[] = [
  mutant(
    'a secret does not show its type',
    () => body(minting, (made) => void Reflect.deleteProperty(Object(made['session']), 'type')),
    ['secrets.create/shape'],
  ),
  mutant(
    'secrets begin otherwise',
    () => ({
      reply: (answer, { path }) =>
        minting.test(path) ? { ...answer, body: answer.body.replace('"ek_', '"xx_') } : answer,
      connect: (wanted) => ({ ...known(wanted), signal: wanted.signal }),
      request: (wanted) => ({ ...known(wanted), signal: wanted.signal }),
    }),
    ['secrets.create/prefix'],
  ),
  mutant(
    'a secret does not show its settings',
    () => body(minting, (made) => void Reflect.set(Object(made['session']), 'instructions', ''), isBrief),
    ['secrets.create/session'],
  ),
  mutant(
    'a secret ends at a fraction of a second',
    () => body(minting, (made) => void Reflect.set(made, 'expires_at', Number(made['expires_at']) + 0.5)),
    ['secrets.create/expires'],
  ),
  mutant(
    'a secret for too long fails',
    () =>
      reply(
        minting,
        () => httpError(500),
        ({ body: text = '' }) => text.includes('7201'),
      ),
    ['secrets.create/too-long'],
  ),
  mutant(
    'a bad session of a secret has no param',
    () =>
      body(
        minting,
        (made) => void Reflect.set(Object(made['error']), 'param', null),
        ({ body: text = '' }) => text.includes('smell'),
      ),
    ['secrets.create/bad-session'],
  ),
  mutant(
    'a wrong key makes no secret, and says otherwise',
    () =>
      reply(
        minting,
        (answer) => ({ ...answer, status: 500 }),
        (_ask, { status }) => status === 401,
      ),
    ['secrets.create/wrong-key'],
  ),
  mutant('a plain secret opens nothing', () => {
    const { values, note } = briefSecrets();
    return {
      reply: note,
      connect: (wanted) =>
        isSecret(wanted) && !values.has(wanted.headers['authorization'] ?? '') ? httpError(401) : wanted,
    };
  }, ['secrets.use/header']),
  mutant(
    'a secret as a subprotocol selects none',
    () => ({
      opened: (connection, { ask: { protocols } }) =>
        protocols.some((name) => /key\.ek_/.test(name)) ? { ...connection, protocol: '' } : connection,
    }),
    ['secrets.use/subprotocol'],
  ),
  mutant(
    "a secret's settings are not shown",
    () =>
      set(
        'session.updated',
        'session.instructions',
        '',
        both((_event, { ask }) => isSecret(ask), asked('session.instructions', undefined)),
      ),
    ['secrets.use/settled', 'law.session/folds-updates'],
  ),
  mutant(
    "a secret's settings stay",
    () =>
      set(
        'session.updated',
        'session.instructions',
        'Be brief.',
        both((_event, { ask }) => isSecret(ask), asked('session.instructions', 'Be long.')),
      ),
    ['secrets.use/update'],
  ),
  mutant(
    'any secret is good',
    () => ({
      connect: (wanted) =>
        /ek_0{32}/.test(wanted.headers['authorization'] ?? '')
          ? { ...wanted, headers: { ...wanted.headers, authorization: 'Bearer sk-check' } }
          : wanted,
    }),
    ['secrets.use/unknown'],
  ),
];

export const secretMutants: readonly Mutant[] = [...translation, ...secrets];
