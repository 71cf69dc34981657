import { cut, drop, edit, type Frame, freshId, ignore, type Mutation, of, set, swap } from '../mutation.ts';
import { both, has, isTranscription, type Mutant, mutant } from './mutant.ts';

const error = 'error';

const added = 'conversation.item.added';

const updated = 'session.updated';

const done = 'response.done';

const committed = 'input_audio_buffer.committed';

const isListening = (talk: { readonly sent: readonly Frame[] }): boolean =>
  JSON.stringify(talk.sent.findLast(({ type }) => type === 'session.update') ?? {}).includes('server_vad');

const words = 'conversation.item.input_audio_transcription.';

const transcription: readonly Mutant[] = [
  mutant(
    'a session that transcribes shows no format',
    () => cut('session.created', 'session.audio.input.format', isTranscription),
    ['transcription.session/created', 'law.session/folds-updates'],
  ),
  mutant(
    'a session that transcribes is called otherwise',
    () => set('session.created', 'session.object', 'realtime.session', isTranscription),
    ['transcription.session/no-output', 'law.session/folds-updates'],
  ),
  mutant(
    'the language is lost',
    () => set(updated, 'session.audio.input.transcription.language', null, isTranscription),
    ['transcription.session/update', 'law.session/folds-updates'],
  ),
  mutant(
    'another type has no param',
    () => set(error, 'error.param', null, both(isTranscription, has('error.param', 'session.type'))),
    ['transcription.session/other-type'],
  ),
  mutant('usage says nothing', () => set(`${words}completed`, 'usage', {}, isTranscription), [
    'transcription.turn/completed',
    'law.frame/shape',
  ]),
  mutant('an item is told before its commit', () => swap(committed, added, isTranscription), [
    'transcription.turn/order',
    'law.item/folds',
    'law.turn/one-id',
  ]),
  mutant('deltas say something else', () => set(`${words}delta`, 'delta', 'else', isTranscription), [
    'transcription.turn/deltas',
    'law.audio/transcribed-once',
  ]),
  mutant('an item has no predecessor', () => set(committed, 'previous_item_id', null, isTranscription), [
    'transcription.turn/two',
    'law.item/folds',
    'law.turn/one-id',
  ]),
  mutant(
    'a turn is not written down',
    () =>
      drop(
        `${words}completed`,
        both(isTranscription, (_event, talk) => isListening(talk)),
      ),
    ['transcription.turn/detected', 'law.audio/transcribed-once'],
  ),
  mutant(
    'a response closes the session',
    () => ({
      server(event, talk) {
        if (event.type !== error || !isTranscription(event, talk) || talk.last.type !== 'response.create')
          return [event];
        talk.tell(event);
        talk.close(1011);
        return [];
      },
    }),
    ['transcription.response/refused', 'law.session/survives-mistakes', 'law.event/in-order'],
  ),
];

const isActive = has('error.code', 'conversation_already_has_active_response');

/** In place of the refusal of a second response, one that is over at once. */
function secondResponse(): Mutation {
  const first = new WeakMap<object, Frame>();
  return {
    server(event, talk) {
      if (event.type === 'response.created') first.set(talk, event);
      const model = first.get(talk);
      if (!isActive(event, talk) || model === undefined) return [event];
      const created = { ...Object(model['response']), id: 'resp_ghost' };
      const usage = { total_tokens: 0, input_tokens: 0, output_tokens: 0 };
      const ended = { status: 'cancelled', status_details: { type: 'cancelled', reason: 'client_cancelled' }, usage };
      return [
        { type: 'response.created', event_id: freshId(), response: created },
        { type: done, event_id: freshId(), response: { ...created, ...ended } },
      ];
    },
  };
}

const limits: readonly Mutant[] = [
  mutant('a second response has another code', () => set(error, 'error.code', 'busy', isActive), [
    'limits.response/second-refused',
    'law.response/ends-once',
    'law.response/nesting',
    'law.item/announced-once',
  ]),
  mutant('a second response ends the first', () => {
    const cutShort = new WeakSet<object>();
    return {
      server(event, talk) {
        if (isActive(event, talk)) cutShort.add(talk);
        if (event.type === done && cutShort.has(talk))
          Object.assign(Object(event['response']), {
            status: 'incomplete',
            status_details: { type: 'incomplete', reason: 'content_filter' },
          });
        return [event];
      },
    };
  }, ['limits.response/first-goes-on']),
  mutant('a burst is answered out of order', () => {
    const held: Frame[] = [];
    return {
      server(event) {
        const id = of(event, 'item.id');
        if (id === 'check_item_5') return (void held.push(event), []);
        return id === 'check_item_6' && event.type === 'conversation.item.done' ? [event, ...held.splice(0)] : [event];
      },
    };
  }, ['limits.input/burst', 'law.item/announced-once', 'law.event/in-order']),
  mutant(
    'a slow reader is cut off',
    () => ({ opened: (connection, talk) => ({ ...connection, pause: () => talk.close(1008) }) }),
    ['limits.reader/slow', 'law.event/in-order'],
  ),
  mutant(
    'a response out of band loses its name',
    () => set('response.created', 'response.metadata', null, has('response.metadata.check', 'beside')),
    ['limits.response/beside', 'law.response/keeps-its-settings'],
  ),
  mutant('a second response begins beside the first', secondResponse, [
    'limits.response/second-refused',
    'law.response/ends-once',
    'law.response/one-at-a-time',
    'law.response/nesting',
    'law.item/announced-once',
  ]),
  mutant(
    'a megabyte is too much',
    () => ({
      client(event, talk) {
        if (String(event['audio'] ?? '').length < 1_000_000 || String(event['audio']).length > 10_000_000)
          return [event];
        talk.close(1009);
        return [];
      },
    }),
    ['limits.frame/megabyte', 'law.session/survives-mistakes'],
  ),
  mutant('a long id has no param', () => set(error, 'error.param', null, has('error.param', 'item.id')), [
    'limits.id/long',
  ]),
  mutant(
    'tokens have no limit',
    () =>
      edit(
        done,
        ({ response }) => void Object.assign(Object(response), { status: 'completed', status_details: null }),
        has('response.status_details.reason', 'max_output_tokens'),
      ),
    ['limits.tokens/incomplete', 'law.response/cancel-completes-nothing'],
  ),
];

const costly: readonly Mutant[] = [
  {
    ...mutant('nine sessions at once are enough', () => {
      let burst = 0;
      return {
        connect(wanted) {
          queueMicrotask(() => burst--); // whoever waits for one before the next has let it pass
          return ++burst > 9 ? { status: 503, headers: {}, body: '' } : wanted;
        },
      };
    }, ['limits.session/many']),
    isCostly: true,
  },
  {
    ...mutant(
      'too much is ignored',
      () => ignore('input_audio_buffer.append', (event) => String(event['audio']).length > 10_000_000),
      ['limits.frame/oversized'],
    ),
    isCostly: true,
  },
];

export const boundMutants: readonly Mutant[] = [...transcription, ...limits, ...costly];
