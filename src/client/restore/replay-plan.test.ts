import { describe, expect, it } from 'vitest';
import type { Item } from '../../protocol/events/index.ts';
import type { AnyServerEvent } from '../events/server-event.ts';
import { ConversationRecord } from './record.ts';
import { replayPlan } from './replay-plan.ts';

/** The record of a conversation whose items came at the end, one after the other, and of what else happened. */
function recorded(...events: (Item | { readonly type: string; readonly [field: string]: unknown })[]) {
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
      { type: 'conversation.item.input_audio_transcription.completed', item_id: 'said', transcript: 'are you there' },
    );
    expect(replayPlan(record.items)).toEqual([
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
    expect(replayPlan(record.items)).toEqual([call, output]);
  });

  it('is an interrupted answer as far as it was heard, to the last whole word', () => {
    const record = recorded(spoken('a'), words('a', 'one two three four five'), sound('a', 2_300), {
      type: 'conversation.item.truncated',
      item_id: 'a',
      content_index: 0,
      audio_end_ms: 1_000,
    });
    // Ten of 23 characters.
    expect(replayPlan(record.items)).toMatchObject([{ content: [{ type: 'output_text', text: 'one two' }] }]);
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
    expect(replayPlan(record.items)).toMatchObject([{ content: [{ text: 'one two' }] }]);
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
    expect(replayPlan(record.items)).toEqual([]);
  });

  it('keeps images, and what MCP tools gave', () => {
    const image = { type: 'input_image', image_url: 'data:image/png;base64,AAAA' };
    const call = { id: 'm', type: 'mcp_call', server_label: 's', name: 't', arguments: '{}', output: '5' } as Item;
    const record = recorded(user('a', { type: 'input_text', text: 'look' }, image), call);
    expect(replayPlan(record.items)).toEqual([user('a', { type: 'input_text', text: 'look' }, image), call]);
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
    expect(replayPlan(record.items).map(({ id }) => id)).toEqual(['first', 'between', 'b', undefined]);
  });

  it('is no more than the newest thousand items', () => {
    const record = recorded(
      ...Array.from({ length: 1_005 }, (_, index) => user(`i${index}`, { type: 'input_text', text: 'x' })),
    );
    expect(record.items).toHaveLength(1_000);
    expect(record.items[0]?.id).toBe('i5');
  });
});
