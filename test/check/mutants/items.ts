import { cut, double, drop, edit, of, refuse, set } from '../mutation.ts';
import { asked, both, has, isPlain, type Mutant, mutant, saidLast } from './mutant.ts';

const error = 'error';

const added = 'conversation.item.added';

const user = has('item.role', 'user');

const items: readonly Mutant[] = [
  mutant(
    'an item has other words',
    () =>
      edit(
        added,
        ({ item }) => void Reflect.set(Object(of(item, 'content.0')), 'text', 'Bye'),
        both(isPlain, user, asked('item.id', undefined), has('item.content.0.text', 'Hello')),
      ),
    ['core.item/create'],
  ),
  mutant(
    "a client's id is not kept",
    () => ({
      server(event) {
        if (of(event, 'item.id') === 'check_own') Reflect.set(Object(event['item']), 'id', 'item_other');
        return [event];
      },
    }),
    ['core.item/keeps-id', 'law.event/answered-once', 'law.event/ids-unique'],
  ),
  mutant(
    'the chain is broken',
    () =>
      set(
        added,
        'previous_item_id',
        null,
        both(has('item.id', 'check_two'), has('item.content.0.text', 'Two'), asked('previous_item_id', undefined)),
      ),
    ['core.item/chain', 'law.item/folds'],
  ),
  mutant(
    'an item goes to the end',
    () => set(added, 'previous_item_id', 'check_three', asked('previous_item_id', 'check_one')),
    ['core.item/after', 'law.item/folds'],
  ),
  mutant(
    '"root" is an id like others',
    () => set(added, 'previous_item_id', 'check_two', asked('previous_item_id', 'root')),
    ['core.item/root', 'law.item/folds'],
  ),
  mutant(
    'an unknown place has another code',
    () => set(error, 'error.code', 'not_found', has('error.code', 'item_create_invalid_previous_item_id')),
    ['core.item/after-unknown'],
  ),
  mutant(
    "an assistant's words are lost",
    () =>
      edit(
        added,
        ({ item }) => void Reflect.set(Object(of(item, 'content.0')), 'text', ''),
        asked('item.role', 'assistant'),
      ),
    ['core.item/assistant-text'],
  ),
  mutant(
    'a system message is of the user',
    () => edit(added, ({ item }) => void Reflect.set(Object(item), 'role', 'user'), asked('item.role', 'system')),
    ['core.item/system'],
  ),
  mutant(
    'an output loses its call',
    () =>
      edit(
        added,
        ({ item }) => void Reflect.set(Object(item), 'call_id', 'call_other'),
        both(asked('item.call_id', 'call_check'), has('item.type', 'function_call_output')),
      ),
    ['core.item/call-history', 'law.event/ids-unique'],
  ),
  mutant(
    'a duplicate has another code',
    () => set(error, 'error.code', 'invalid_value', has('error.code', 'item_create_duplicate_item_id')),
    ['core.item/duplicate', 'law.item/live-ids-refused'],
  ),
  mutant(
    'an item is retrieved otherwise',
    () =>
      edit(
        'conversation.item.retrieved',
        ({ item }) => void Reflect.set(Object(of(item, 'content.0')), 'text', 'Bye'),
        both(user, has('item.id', 'check_one')),
      ),
    ['core.item/retrieve', 'law.item/folds'],
  ),
  mutant(
    'retrieving nothing has another code',
    () => set(error, 'error.code', 'not_found', has('error.code', 'item_retrieve_invalid_item_id')),
    ['core.item/retrieve-unknown', 'law.item/folds'],
  ),
  mutant('another item is deleted', () => set('conversation.item.deleted', 'item_id', 'check_other', isPlain), [
    'core.item/delete',
    'law.item/announced-once',
    'law.item/folds',
    'law.event/answered-once',
    'law.item/live-ids-refused',
  ]),
  mutant(
    'deleting nothing has another code',
    () => set(error, 'error.code', 'not_found', has('error.code', 'item_delete_invalid_item_id')),
    ['core.item/delete-unknown', 'law.item/folds'],
  ),
  mutant(
    'a deleted id is taken for ever',
    () => refuse(added, 'item_create_duplicate_item_id', has('item.content.0.text', 'Hello again')),
    ['core.item/recreate-deleted', 'law.item/announced-once'],
  ),
  mutant(
    'conversation.item.done comes twice',
    () => double('conversation.item.done', both(isPlain, user, has('item.id', 'check_own'))),
    ['law.item/announced-once'],
  ),
];

const unknown = asked('type', 'check.unknown_event');

const errors: readonly Mutant[] = [
  mutant(
    'an error lacks a key',
    () => cut(error, 'error.param', both(isPlain, unknown, asked('event_id', 'check_1'))),
    ['core.error/all-keys', 'core.error/unknown-type-code'],
  ),
  mutant(
    'an error does not say what caused it',
    () => set(error, 'error.event_id', null, both(isPlain, has('error.event_id', 'check_echo'))),
    ['core.error/echoes-event-id', 'law.error/echoes-ids'],
  ),
  mutant(
    'an unknown event closes the session',
    () => ({
      server(event, talk) {
        if (event.type !== error || !both(isPlain, unknown)(event, talk)) return [event];
        talk.tell(event);
        talk.close(1011);
        return [];
      },
    }),
    ['core.error/unknown-type', 'core.error/many-mistakes', 'law.event/answered-once', 'law.session/survives-mistakes'],
  ),
  mutant(
    'an error has no message',
    () => cut(error, 'error.message', both(isPlain, unknown, asked('event_id', 'check_1'))),
    ['core.error/shape', 'law.frame/shape'],
  ),
  mutant('an unknown event has another code', () => set(error, 'error.code', 'unknown_event', both(isPlain, unknown)), [
    'core.error/unknown-type-code',
  ]),
  mutant('a cut frame is ignored', () => drop(error, saidLast('{"type": "response.create"')), [
    'core.error/bad-json',
    'law.event/in-order',
  ]),
  mutant(
    'a frame that is no JSON has another code',
    () => set(error, 'error.code', 'invalid_value', (_event, { lastText }) => lastText === 'hello'),
    ['core.error/bad-json-code'],
  ),
  mutant('an array is ignored', () => drop(error, (_event, { lastText }) => lastText.startsWith('[')), [
    'core.error/no-object',
    'law.event/in-order',
  ]),
  mutant('an event without a type has no id', () => set(error, 'error.event_id', null, saidLast('check_typeless')), [
    'core.error/no-type',
    'law.error/echoes-ids',
  ]),
  mutant('binary frames are ignored', () => ({ clientBinary: () => false }), [
    'core.error/binary',
    'law.event/in-order',
  ]),
  mutant(
    'a missing field has another code',
    () =>
      set(
        error,
        'error.code',
        'invalid_value',
        both(has('error.param', 'item_id'), has('error.code', 'missing_required_parameter')),
      ),
    ['core.error/missing-field'],
  ),
  mutant(
    'a wrong type has another code',
    () => set(error, 'error.code', 'invalid_value', has('error.code', 'invalid_type')),
    ['core.error/wrong-type'],
  ),
  mutant('errors stop after ten', () => {
    let count = 0;
    return { server: (event, talk) => (event.type === error && talk.sent.length >= 20 && ++count > 10 ? [] : [event]) };
  }, ['core.error/many-mistakes', 'law.event/in-order']),
  mutant(
    'a cancel of nothing has another code',
    () => set(error, 'error.code', 'invalid_value', has('error.code', 'response_cancel_not_active')),
    ['core.response/cancel-nothing'],
  ),
];

export const itemMutants: readonly Mutant[] = [...items, ...errors];
