import {
  after,
  cut,
  double,
  drop,
  edit,
  freshId,
  hangUp,
  ignore,
  of,
  refuse,
  rewrite,
  set,
  swap,
} from '../mutation.ts';
import { asked, both, has, isBeta, isPlain, type Mutant, mutant, not } from './mutant.ts';

const added = 'conversation.item.added';

const done = 'response.done';

const isText = both(isPlain, asked('response.output_modalities.0', 'text'));

const responses: readonly Mutant[] = [
  mutant(
    'a part ends after its item',
    () => swap('response.content_part.done', 'response.output_item.done', both(isText, has('part.type', 'text'))),
    ['core.response/text-order', 'law.response/nesting'],
  ),
  mutant('a part ends before its text', () => swap('response.output_text.done', 'response.content_part.done', isText), [
    'core.response/text-order',
    'law.response/nesting',
  ]),
  mutant(
    'an answer does not end in the conversation',
    () =>
      drop('conversation.item.done', both(isPlain, has('item.role', 'assistant'), asked('type', 'response.create'))),
    ['core.response/text-in-conversation', 'law.item/announced-once', 'law.item/beside-output'],
  ),
  mutant(
    'an answer ends in the conversation after its response',
    () => swap('conversation.item.done', 'response.output_item.done', both(isText, has('item.role', 'assistant'))),
    ['law.item/beside-output'],
  ),
  mutant('a text ends with other words', () => set('response.output_text.done', 'text', 'Bye', isPlain), [
    'core.response/text-once',
    'law.response/says-one-thing',
  ]),
  mutant(
    'a part has the type of an item',
    () => set('response.content_part.added', 'part.type', 'output_text', isText),
    ['core.response/text-types', 'law.frame/shape'],
  ),
  mutant('a delta is somewhere else', () => set('response.output_text.delta', 'output_index', 1, isPlain), [
    'core.response/stream-ids',
    'law.response/places',
  ]),
  mutant('an integer is a fraction', () => set('response.output_text.delta', 'content_index', 0.5, isPlain), [
    'core.response/stream-ids',
    'law.frame/shape',
    'law.response/places',
  ]),
  mutant('a new response lacks a key', () => cut('response.created', 'response.max_output_tokens', isPlain), [
    'core.response/all-keys',
    'law.response/keeps-its-settings',
  ]),
  mutant(
    'a new response says nothing of its details',
    () => cut('response.created', 'response.status_details', isPlain),
    ['core.response/created-shape', 'law.response/explains-itself'],
  ),
  mutant('a response that is done lacks a key', () => cut(done, 'response.object', isPlain), [
    'core.response/done-shape',
  ]),
  mutant(
    'a response that is done lists nothing',
    () => set(done, 'response.output', [], both(isText, has('response.output.0.type', 'message'))),
    ['core.response/done-output', 'law.response/lists-its-items'],
  ),
  mutant('tokens are a fraction', () => set(done, 'response.usage.total_tokens', 1.5, isPlain), [
    'core.response/usage',
    'law.frame/shape',
    'law.response/explains-itself',
  ]),
  mutant('tokens do not add up', () => set(done, 'response.usage.total_tokens', 1_000_000, isPlain), [
    'law.response/explains-itself',
  ]),
  mutant('usage lacks a detail', () => cut(done, 'response.usage.input_token_details.cached_tokens', isPlain), [
    'core.response/usage-details',
  ]),
  mutant(
    'metadata is lost',
    () =>
      rewrite(
        'response.create',
        ({ response }) => void Reflect.deleteProperty(Object(response), 'metadata'),
        asked('response.metadata.check', 'metadata'),
      ),
    ['core.response/metadata', 'law.response/keeps-its-settings'],
  ),
  mutant(
    'null instructions are refused',
    () => refuse('response.created', 'invalid_type', asked('response.instructions', null)),
    ['core.response/null-instructions', 'law.response/ends-once'],
  ),
  mutant(
    'a bare response.create is refused',
    () =>
      refuse(
        'response.created',
        'missing_required_parameter',
        both(isPlain, asked('type', 'response.create'), asked('response', undefined)),
      ),
    ['core.response/bare', 'voice.input/answered', 'law.response/ends-once', 'law.audio/whole-samples'],
  ),
  mutant(
    'an answer is not in the conversation',
    () => set(added, 'previous_item_id', null, has('item.content.0.text', 'Say: ready again')),
    ['core.response/two-turns', 'law.item/folds'],
  ),
  mutant(
    'a cancel is ignored',
    () => ignore('response.cancel', (event, { sent }) => event['response_id'] === undefined && sent.length > 1),
    ['core.response/cancel'],
  ),
  mutant(
    'a cancel has another reason',
    () =>
      set(done, 'response.status_details.reason', 'turn_detected', (_event, { sent }) =>
        sent.some((each) => each.type === 'response.cancel' && each['response_id'] !== undefined),
      ),
    ['core.response/cancel-reason', 'law.turn/barge-in'],
  ),
  mutant(
    'what is cut off is completed',
    () =>
      edit(
        'response.output_item.done',
        ({ item }) => void Reflect.set(Object(item), 'status', 'completed'),
        both(isPlain, has('item.status', 'incomplete')),
      ),
    ['law.response/lists-its-items', 'law.response/cancel-completes-nothing'],
  ),
  mutant(
    'an answer out of band enters the conversation',
    () =>
      after(
        'response.output_item.added',
        ({ item }) => ({ type: added, event_id: freshId(), previous_item_id: 'check_one', item }),
        (_event, { last }) =>
          of(last, 'response.conversation') === 'none' &&
          of(last, 'response.input') === undefined &&
          of(last, 'response.metadata') === undefined,
      ),
    ['core.response/out-of-band', 'law.item/announced-once', 'law.item/out-of-band-hidden'],
  ),
  mutant(
    'a response with an input never ends',
    () => drop(done, (_event, { last }) => of(last, 'response.input') !== undefined),
    ['core.response/own-input', 'law.response/ends-once'],
  ),
  mutant('a response is done twice', () => double(done, both(isText, not(isBeta))), ['law.response/ends-once']),
  mutant('limits are words', () => set('rate_limits.updated', 'rate_limits.0.remaining', 'many', isPlain), [
    'core.response/rate-limits',
    'law.frame/shape',
  ]),
  mutant(
    'a delta comes after the end',
    () =>
      after(
        done,
        (event) => ({
          type: 'response.output_text.delta',
          event_id: freshId(),
          response_id: of(event, 'response.id'),
          item_id: of(event, 'response.output.0.id'),
          output_index: 0,
          content_index: 0,
          delta: '',
        }),
        both(isText, has('response.output.0.type', 'message')),
      ),
    ['law.response/ends-once', 'law.response/nesting'],
  ),
  mutant('a message gives its name to no other', () => set('response.output_item.added', 'output_index', 1, isText), [
    'law.response/places',
  ]),
  mutant(
    'the close says nothing of why',
    () => hangUp('rate_limits.updated', 1011, both(isPlain, asked('response.metadata.check', 'metadata'))),
    ['law.session/survives-mistakes'],
  ),
];

export const answerMutants = responses;
