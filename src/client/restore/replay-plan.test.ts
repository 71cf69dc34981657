import { describe, expect, it } from 'vitest';
import type { Item } from '../../protocol/events/index.ts';
import type { AnyServerEvent } from '../events/server-event.ts';
import { ConversationRecord } from './record.ts';
import { replayPlan } from './replay-plan.ts';

type Seen = Item | { readonly type: string; readonly [field: string]: unknown };

/** The record of a conversation whose items came at the end, one after the other, and of what else happened. */
function recorded(...events: readonly Seen[]) {
  const record = new ConversationRecord();
  let previous: string | null = null;
  for (const each of events) {
    if (!('id' in each)) {
      record.take(each as AnyServerEvent);
      continue;
    }
    const item = each as Item;
    const place = { event_id: 'event_1', previous_item_id: previous, item };
    record.take({ type: 'conversation.item.added', ...place });
    if (!('status' in item && item.status === 'in_progress')) record.take({ type: 'conversation.item.done', ...place });
    previous = item.id ?? null;
  }
  return record;
}

const user = (id: string, ...content: object[]) => ({ id, type: 'message', role: 'user', content }) as Item;
const assistant = (id: string, ...content: object[]) => ({ id, type: 'message', role: 'assistant', content }) as Item;
const spoken = (id: string) => ({
  ...assistant(id),
  status: 'in_progress',
});
const words = (item_id: string, delta: string) => ({ type: 'response.output_audio_transcript.delta', item_id, delta });
/** So many milliseconds of 24 kHz PCM. */
const sound = (item_id: string, ms: number) => ({
  type: 'response.output_audio.delta',
  item_id,
  delta: 'A'.repeat(ms * 64),
});

describe('what a new session is told', () => {
  it('is text as it was, and speech as its transcript', () => {
    const record = recorded(
      { id: 'sys', type: 'message', role: 'system', content: [{ type: 'input_text', text: 'Rhyme.' }] } as Item,
      user('typed', { type: 'input_text', text: 'hello' }),
      user('said', { type: 'input_audio', transcript: null }),
      assistant('wrote', { type: 'output_text', text: 'hi' }),
      spoken('spoke'),
      words('spoke', 'good '),
      words('spoke', 'day'),
      sound('spoke', 300),
      { type: 'conversation.item.input_audio_transcription.completed', item_id: 'said', transcript: 'are you there' },
    );
    expect(replayPlan(record)).toEqual([
      { id: 'sys', type: 'message', role: 'system', content: [{ type: 'input_text', text: 'Rhyme.' }] },
      { id: 'typed', type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hello' }] },
      { id: 'said', type: 'message', role: 'user', content: [{ type: 'input_text', text: 'are you there' }] },
      { id: 'wrote', type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'hi' }] },
      { id: 'spoke', type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'good day' }] },
    ]);
  });

  it('is tools with what came of them, but no call that was still being made', () => {
    const call = { id: 'call', type: 'function_call', name: 'f', call_id: 'c1', arguments: '{}' } as Item;
    const output = { id: 'out', type: 'function_call_output', call_id: 'c1', output: '3' } as Item;
    const half = { id: 'half', type: 'function_call', name: 'f', call_id: 'c2', arguments: '', status: 'in_progress' };
    const orphan = { id: 'orphan', type: 'function_call_output', call_id: 'c2', output: '4' } as Item;
    const record = recorded(call, output, half as Item, orphan);
    expect(replayPlan(record)).toEqual([call, output]);
  });

  it('is an interrupted answer as far as it was heard, to the last whole word', () => {
    const record = recorded(spoken('a'), words('a', 'one two three four five'), sound('a', 2_300), {
      type: 'conversation.item.truncated',
      item_id: 'a',
      content_index: 0,
      audio_end_ms: 1_000,
    });
    // Ten of 23 characters.
    expect(replayPlan(record)).toMatchObject([{ content: [{ type: 'output_text', text: 'one two' }] }]);
  });

  const truncated = (item_id: string, audio_end_ms: number) => ({
    type: 'conversation.item.truncated',
    item_id,
    content_index: 0,
    audio_end_ms,
  });
  /** How an answer ends, in the order in which servers send it: the response first, the conversation's item after it. */
  const ended = (id: string, status: 'completed' | 'incomplete', transcript: string): Seen[] => {
    const item = { ...assistant(id, { type: 'output_audio', transcript }), status };
    return [
      { type: 'response.output_item.done', response_id: 'r', output_index: 0, item },
      { type: 'response.done', response: { status: status === 'completed' ? status : 'cancelled', output: [item] } },
      { type: 'conversation.item.done', previous_item_id: null, item },
    ];
  };

  it.each<[name: string, transcript: string, soundMs: number, heardMs: number, heard: string | null]>([
    ['within its first word', 'Unbelievable', 1_000, 500, null],
    ['before anything was heard', 'Good day to you', 1_000, 0, null],
    ['at its end', 'Good day to you', 1_000, 1_000, 'Good day to you'],
    ['in a script without blanks', '今日はとても良い天気です', 1_200, 600, '今日はとても'],
    ['within the first word of another script', 'สวัสดี', 600, 300, 'สวั'],
  ])('is an answer cut %s as far as it was heard', (_, transcript, soundMs, heardMs, heard) => {
    const told = heard === null ? [] : [{ id: 'a', content: [{ type: 'output_text', text: heard }] }];
    const end = ended('a', 'completed', transcript);
    const begin = [spoken('a'), words('a', transcript), sound('a', soundMs)];
    const cut = truncated('a', heardMs);
    const orders = [
      // All of it had come, and the listener had not heard it yet.
      [...begin, ...end, cut],
      // Between the end of the response and that of the item.
      [...begin, ...end.slice(0, 2), cut, ...end.slice(2)],
      // While it was streaming; the item shows its words once more at its end.
      [...begin, cut, words('a', ' and more'), sound('a', 400), ...end],
    ];
    for (const events of orders) expect(replayPlan(recorded(...events))).toMatchObject(told);
    for (const events of orders) expect(replayPlan(recorded(...events))).toHaveLength(told.length);
  });

  it('is what was said of an answer that was broken off: not the words that no sound came after', () => {
    const begin = [spoken('a'), words('a', 'First things first. '), sound('a', 500), words('a', 'Then the rest.')];
    const told = [{ content: [{ text: 'First things first. ' }] }];
    for (const end of [[], ended('a', 'incomplete', 'First things first. Then the rest.')])
      expect(replayPlan(recorded(...begin, ...end))).toMatchObject(told);
    const unsaid = recorded(spoken('a'), words('a', 'Then'), ...ended('a', 'incomplete', 'Then'));
    expect(replayPlan(unsaid)).toEqual([]);
  });

  it('is all of an answer that came to its end, also where the connection broke before its item was done', () => {
    const end = ended('a', 'completed', 'Good day').slice(0, 2);
    const record = recorded(spoken('a'), sound('a', 500), words('a', 'Good day'), ...end);
    expect(replayPlan(record)).toMatchObject([{ content: [{ text: 'Good day' }] }]);
  });

  it('is the whole answer where its sound went another way, unless nothing of it was heard', () => {
    const media = { type: 'output_audio_buffer.started', response_id: 'r' };
    const begin = [media, spoken('a'), words('a', 'Good day to you')];
    expect(replayPlan(recorded(...begin, truncated('a', 700)))).toMatchObject([
      { content: [{ text: 'Good day to you' }] },
    ]);
    expect(replayPlan(recorded(...begin, truncated('a', 0)))).toEqual([]);
  });

  it('is cut further where it is cut again', () => {
    const record = recorded(
      spoken('a'),
      words('a', 'one two three four five'),
      sound('a', 2_300),
      truncated('a', 2_000),
      truncated('a', 1_000),
    );
    expect(replayPlan(record)).toMatchObject([{ content: [{ text: 'one two' }] }]);
  });

  it('measures G.711 as what it is', () => {
    const format = { type: 'audio/pcmu' };
    const record = recorded(
      { type: 'session.created', session: { type: 'realtime', audio: { output: { format } } } },
      { type: 'response.created', response: {} },
      spoken('a'),
      words('a', 'one two three four five'),
      // 8 bytes a millisecond in place of 48.
      { type: 'response.output_audio.delta', item_id: 'a', delta: 'AAAA'.repeat((2_300 * 8) / 3) },
      { type: 'conversation.item.truncated', item_id: 'a', content_index: 0, audio_end_ms: 1_000 },
    );
    expect(replayPlan(record)).toMatchObject([{ content: [{ text: 'one two' }] }]);
  });

  it('leaves out what says nothing: unheard answers, speech without words, what waited for approval', () => {
    const record = recorded(
      spoken('a'),
      words('a', 'never heard'),
      sound('a', 500),
      { type: 'conversation.item.truncated', item_id: 'a', content_index: 0, audio_end_ms: 0 },
      user('b', { type: 'input_audio', transcript: null }),
      { id: 'c', type: 'mcp_approval_request', server_label: 's', name: 't', arguments: '{}' } as Item,
      { id: 'd', type: 'mcp_list_tools', server_label: 's', tools: [] } as Item,
    );
    expect(replayPlan(record)).toEqual([]);
  });

  it('keeps images, and what MCP tools gave', () => {
    const image = { type: 'input_image', image_url: 'data:image/png;base64,AAAA' };
    const call = { id: 'm', type: 'mcp_call', server_label: 's', name: 't', arguments: '{}', output: '5' } as Item;
    const record = recorded(user('a', { type: 'input_text', text: 'look' }, image), call);
    expect(replayPlan(record)).toEqual([user('a', { type: 'input_text', text: 'look' }, image), call]);
  });

  it('follows the order of the conversation, deletions included, and gives no id that a client may not', () => {
    const record = recorded(user('a', { type: 'input_text', text: 'a' }), user('b', { type: 'input_text', text: 'b' }));
    const add = (id: string, previous_item_id: string | null) =>
      record.take({
        type: 'conversation.item.added',
        event_id: 'e',
        previous_item_id,
        item: user(id, { type: 'input_text', text: id }),
      });
    add('first', null);
    add('between', 'a');
    add('x'.repeat(40), 'b');
    add('between', 'a');
    record.take({ type: 'conversation.item.deleted', event_id: 'e', item_id: 'a' });
    expect(replayPlan(record).map(({ id }) => id)).toEqual(['first', 'between', 'b', undefined]);
  });

  it('is no more than the newest thousand items', () => {
    const record = recorded(
      ...Array.from({ length: 1_005 }, (_, index) => user(`i${index}`, { type: 'input_text', text: 'x' })),
    );
    expect(record.items).toHaveLength(1_000);
    expect(record.items[0]?.id).toBe('i5');
  });
});
