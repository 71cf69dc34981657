import { describe, expect, it } from 'vitest';
import { alike, differencesOf } from './compare.ts';
import { ViewFold } from './view.ts';

const message = (id: string, text: string): object => ({
  id,
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text }],
});

function viewOf(events: readonly object[]): ReturnType<() => ViewFold['view']> {
  const fold = new ViewFold();
  for (const event of events) fold.read({ ...event });
  return fold.view;
}

const session = (prefix: string, text: string): object[] => [
  { type: 'response.created', response: { id: `${prefix}_r` } },
  { type: 'response.output_text.delta', delta: prefix },
  { type: 'conversation.item.done', item: message(`${prefix}_i`, text) },
  { type: 'response.done', response: { id: `${prefix}_r`, status: 'completed' } },
];

describe('two sessions', () => {
  it('are the same whatever their ids and deltas are', () => {
    const [one, other] = [viewOf(session('a', 'It is sunny.')), viewOf(session('b', 'it is SUNNY'))];
    expect(differencesOf(one, other)).toEqual([]);
  });

  it.each<[string, object[], string]>([
    [
      'words',
      session('b', 'It rains cats and dogs.'),
      'item 1: recorded assistant message “It is sunny.”, now assistant message “It rains cats and dogs.”',
    ],
    [
      'an item',
      session('b', '').filter((event) => !JSON.stringify(event).includes('item.done')),
      'item 1: recorded assistant message “It is sunny.”, now none',
    ],
    [
      'the end of a response',
      [
        ...session('b', 'It is sunny.').slice(0, -1),
        { type: 'response.done', response: { status: 'failed', status_details: { error: { code: 'server_error' } } } },
      ],
      'response 1: recorded completed, now failed: server_error',
    ],
    [
      'an error',
      [...session('b', 'It is sunny.'), { type: 'error', error: { code: 'invalid_value' } }],
      'error 1: recorded none, now invalid_value',
    ],
    [
      'the order of turns',
      [{ type: 'input_audio_buffer.committed', item_id: 'x' }, ...session('b', 'It is sunny.')],
      'turn event 1: recorded response created, now committed',
    ],
  ])('differ in %s', (_, events, line) => {
    expect(differencesOf(viewOf(session('a', 'It is sunny.')), viewOf(events))).toContain(line);
  });

  it('take arguments for what they mean', () => {
    const call = (given: string): object[] => [
      { type: 'response.output_item.done', item: { id: 'c', type: 'function_call', name: 'f', arguments: given } },
    ];
    expect(differencesOf(viewOf(call('{"a":1}')), viewOf(call('{ "a": 1 }')))).toEqual([]);
    expect(differencesOf(viewOf(call('{"a":1}')), viewOf(call('{"b":2}')))).toHaveLength(1);
  });
});

describe('words', () => {
  it.each([
    ['', '', true],
    ['one two three four five', 'One, two, three, four – six!', true],
    ['one two three', 'three two four', false],
    ['sunny', '', false],
  ])('are alike or not: %j, %j', (a, b, same) => {
    expect(alike(a, b)).toBe(same);
  });
});
