import { after, cut, double, freshId, httpError, of, refuse, set } from '../mutation.ts';
import { asked, both, everSent, has, isPlain, type Mutant, mutant } from './mutant.ts';

const error = 'error';

const added = 'conversation.item.added';

const updated = 'session.updated';

const created = 'session.created';

const connecting: readonly Mutant[] = [
  mutant(
    'the first connection is refused',
    () => ({ connect: (wanted, number) => (number === 0 ? httpError(503) : wanted) }),
    ['core.connect/upgrade'],
  ),
  mutant(
    'no subprotocol is selected where many are offered',
    () => ({
      opened: (connection, { ask: { protocols } }) =>
        protocols.length > 2 ? { ...connection, protocol: '' } : connection,
    }),
    ['core.connect/subprotocol'],
  ),
  mutant(
    'the key is selected as a subprotocol',
    () => ({
      opened: (connection, { ask: { protocols } }) =>
        protocols.some((name) => /key\.sk-/.test(name)) ? { ...connection, protocol: protocols[1] ?? '' } : connection,
    }),
    ['core.connect/key-in-subprotocol'],
  ),
  mutant(
    'an unknown query parameter is refused',
    () => ({ connect: (wanted) => ('temperature' in wanted.query ? httpError(400) : wanted) }),
    ['core.connect/unknown-query'],
  ),
  mutant(
    'an unknown header is refused',
    () => ({ connect: (wanted) => ('x-openai-agents-sdk' in wanted.headers ? httpError(400) : wanted) }),
    ['core.connect/client-headers'],
  ),
  mutant(
    'a wrong key has an error of another code',
    () => set(error, 'error.code', 'server_error', has('error.code', 'invalid_api_key')),
    ['core.connect/wrong-key'],
  ),
  mutant('a wrong key is closed with another code', () => ({ closed: (code) => (code === 3000 ? 1008 : code) }), [
    'core.connect/wrong-key-close',
  ]),
  mutant('a missing model is closed with another code', () => ({ closed: (code) => (code === 4000 ? 1008 : code) }), [
    'core.connect/missing-model',
  ]),
  mutant('all sessions have one id', () => set(created, 'session.id', 'sess_one', isPlain), [
    'core.connect/many',
    'core.session/update-answered',
    'law.session/folds-updates',
  ]),
  mutant('closes are not answered', () => ({ closed: (code) => (code === 1000 ? 1006 : code) }), ['core.close/clean']),
  mutant(
    'session.updated comes unasked',
    () => after(created, (event) => ({ ...event, type: updated, event_id: freshId() }), isPlain),
    ['core.session/created-first'],
  ),
  mutant('session.created comes twice', () => double(created, isPlain), ['law.session/greets-once']),
  mutant(
    'a frame is no JSON',
    () => ({
      server(event, talk) {
        if (event.type === created) talk.tellText('hello');
        return [event];
      },
    }),
    ['law.frame/json'],
  ),
  mutant(
    'an event of the past comes',
    () => after(added, (event) => ({ ...event, type: 'conversation.item.created', event_id: freshId() }), isPlain),
    ['law.turn/one-id', 'law.event/known'],
  ),
  mutant('event ids repeat', () => set('rate_limits.updated', 'event_id', 'event_one', isPlain), [
    'law.event/ids-unique',
  ]),
];

const sessions: readonly Mutant[] = [
  mutant('modalities are a text', () => set(created, 'session.output_modalities', 'audio', isPlain), [
    'core.session/created-shape',
    'law.frame/shape',
    'law.session/folds-updates',
  ]),
  mutant('a setting is not shown', () => cut(created, 'session.prompt', isPlain), [
    'core.session/created-keys',
    'law.session/folds-updates',
  ]),
  mutant(
    'a bare update shows less',
    () =>
      cut(
        updated,
        'session.tool_choice',
        both(isPlain, (_event, { last }) => Object.keys(Object(last['session'])).length === 1),
      ),
    ['core.session/update-answered', 'law.session/folds-updates'],
  ),
  mutant(
    'the first instructions are lost',
    () =>
      set(
        updated,
        'session.instructions',
        '',
        both(isPlain, asked('event_id', 'check_1'), asked('session.instructions', 'Be brief.')),
      ),
    ['core.session/update-at-once', 'law.session/folds-updates'],
  ),
  mutant(
    'instructions are lost with other updates',
    () =>
      set(
        updated,
        'session.instructions',
        '',
        both(
          isPlain,
          (_event, { last }) =>
            of(last, 'session.output_modalities') !== undefined && of(last, 'session.instructions') === undefined,
        ),
      ),
    ['core.session/update-merges', 'law.session/folds-updates'],
  ),
  mutant(
    'modalities cannot be changed',
    () =>
      set(
        updated,
        'session.output_modalities',
        ['audio'],
        both(isPlain, (_event, { last }) => of(last, 'session.output_modalities') !== undefined),
      ),
    ['core.session/update-modalities', 'law.response/keeps-its-settings', 'law.session/folds-updates'],
  ),
  mutant(
    'tools are not cleared',
    () => set(updated, 'session.tools', [{ type: 'function', name: 'old' }], asked('session.instructions', '')),
    ['core.session/update-clears', 'law.session/folds-updates'],
  ),
  mutant(
    'tools have other names',
    () => set(updated, 'session.tools.0.name', 'other', both(asked('session.tool_choice', 'auto'), isPlain)),
    ['core.session/update-tools', 'law.session/folds-updates'],
  ),
  mutant(
    'detection that is off is not shown',
    () =>
      cut(
        updated,
        'session.audio.input.turn_detection',
        both(isPlain, has('session.audio.input.turn_detection', null)),
      ),
    ['core.session/update-no-detection', 'law.session/folds-updates'],
  ),
  mutant(
    'the model cannot be named again',
    () => refuse(updated, 'cannot_update_model', (_event, { last }) => of(last, 'session.model') !== undefined),
    ['core.session/update-same-model'],
  ),
  mutant('tracing is unknown', () => refuse(updated, 'unknown_parameter', asked('session.tracing', 'auto')), [
    'core.session/update-tracing',
  ]),
  mutant(
    'a missing type has no param',
    () =>
      set(
        error,
        'error.param',
        null,
        both(has('error.param', 'session.type'), has('error.code', 'missing_required_parameter')),
      ),
    ['core.session/update-type-missing'],
  ),
  mutant(
    'an unknown key has another code',
    () => set(error, 'error.code', 'invalid_value', has('error.code', 'unknown_parameter')),
    ['core.session/update-unknown-key'],
  ),
  mutant(
    'half an update is taken',
    () =>
      set(
        updated,
        'session.instructions',
        'Be brief.',
        everSent((event) => JSON.stringify(event).includes('smell')),
      ),
    ['core.session/update-all-or-nothing', 'law.session/folds-updates'],
  ),
  mutant('the id of an event says nothing', () => set(created, 'event_id', '1', isPlain), ['core.session/ids']),
  mutant('session.updated comes twice', () => double(updated, isPlain), ['law.event/answered-once']),
];

export const openingMutants: readonly Mutant[] = [...connecting, ...sessions];
