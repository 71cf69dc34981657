import { describe, expect, it } from 'vitest';
import {
  added,
  begun,
  created,
  delta,
  done,
  folded,
  heard,
  ids,
  message,
  output,
  session,
  shown,
  speech,
  text,
} from '../../../test/client/told.ts';
import type { Item } from '../../protocol/events/index.ts';
import { wordsOf } from './item.ts';
import { runningResponse } from './state.ts';
import { foldAll } from './view.ts';

describe('the order of a conversation', () => {
  it('follows what the server says each item comes after', () => {
    const view = folded([added(text('a'), null), added(text('c'), 'a'), added(text('b'), 'a'), added(text('z'), null)]);
    expect(ids(view)).toBe('z a b c');
  });

  it('is right in the end when an item is told of before the one it follows', () => {
    const view = folded([added(text('a'), null), added(text('c'), 'b'), added(text('b'), 'a'), added(text('d'), 'c')]);
    expect(ids(view)).toBe('a b c d');
    expect(view.items.every(({ awaitedId }) => awaitedId === null)).toBe(true);
  });

  it('does not depend on when transcripts come', () => {
    const items = [added(speech('one'), null), added(speech('two'), 'one')];
    const one = heard('completed', 'one', { transcript: 'First.' });
    const two = heard('completed', 'two', { transcript: 'Second.' });
    expect(shown(folded([...items, two, one]))).toEqual(['one: First.', 'two: Second.']);
    expect(shown(folded([...items, one, two]))).toEqual(['one: First.', 'two: Second.']);
  });

  it('appends where a server sends no links, and takes a deleted item out', () => {
    const view = folded([
      added(text('a')),
      added(text('b')),
      { type: 'conversation.item.deleted', item_id: 'a' },
      added(text('c')),
    ]);
    expect(ids(view)).toBe('b c');
  });

  it('keeps what a response says at the end, even where a server calls everything the first item', () => {
    const view = folded([
      added(text('a'), null),
      created('resp_1'),
      output('resp_1', begun('b')),
      added(begun('b'), null),
    ]);
    expect(ids(view)).toBe('a b');
  });

  it('has each item once, however often it is told of', () => {
    const twice = [added(text('a'), null), { ...added(text('a'), null), type: 'conversation.item.done' }];
    expect(ids(folded([...twice, ...twice, { ...added(text('a'), null), type: 'conversation.item.created' }]))).toBe(
      'a',
    );
  });
});

describe('what the model says', () => {
  const start = [created('resp_1'), output('resp_1', begun('a')), added(begun('a'), null)];

  it('grows while it streams', () => {
    const view = folded([...start, delta('output_text', 'a', 'Hel'), delta('output_text', 'a', 'lo')]);
    expect(shown(view)).toEqual(['a: Hello']);
    expect(view.items[0]).toMatchObject({ status: 'in_progress', responseId: 'resp_1', interrupted: false });
    expect(runningResponse(view)).toMatchObject({ id: 'resp_1', itemIds: ['a'] });
  });

  it('counts its sound and lets go of it, unless it is asked to keep it', () => {
    const second = Buffer.alloc(48_000).toString('base64');
    const events = [...start, delta('output_audio', 'a', second), delta('output_audio', 'a', second)];
    const part = message(folded(events).items[0]).parts[0];
    expect(part).toMatchObject({ receivedBytes: 96_000, receivedMs: 2000, audio: [] });
    expect(message(folded(events, { keepAudio: true }).items[0]).parts[0]).toMatchObject({ audio: [second, second] });
  });

  it('measures its sound in the format of the response, else of the session', () => {
    const g711 = { audio: { output: { format: { type: 'audio/pcmu' } } } };
    const sound = delta('output_audio', 'a', Buffer.alloc(8000).toString('base64'));
    const rest = [output('resp_1', begun('a')), sound];
    expect(message(folded([created('resp_1', g711), ...rest]).items[0]).parts[0]).toMatchObject({ receivedMs: 1000 });
    expect(message(folded([session('s', g711), created('resp_1'), ...rest]).items[0]).parts[0]).toMatchObject({
      receivedMs: 1000,
    });
    const beta = session('s', { output_audio_format: 'g711_ulaw' });
    expect(message(folded([beta, created('resp_1'), ...rest]).items[0]).parts[0]).toMatchObject({ receivedMs: 1000 });
  });

  it('is whole when it is done, whatever was lost on the way', () => {
    const whole = { ...begun('a'), status: 'completed', content: [{ type: 'output_text', text: 'Hello' }] };
    const lost = [...start, delta('output_text', 'a', 'Hel')];
    expect(shown(folded([...lost, { type: 'conversation.item.done', item: whole }]))).toEqual(['a: Hello']);
    expect(shown(folded([...lost, { type: 'response.output_item.done', response_id: 'resp_1', item: whole }]))).toEqual(
      ['a: Hello'],
    );
    const view = folded([
      ...lost,
      done('resp_1', 'completed', { output: [whole] }),
      delta('output_text', 'a', ' again'),
    ]);
    expect(shown(view)).toEqual(['a: Hello']);
    expect(view.items[0]?.status).toBe('completed');
  });

  it('is marked as interrupted when its response is cancelled under it, and not when it was merely too long', () => {
    const cut = { ...begun('a'), status: 'incomplete', content: [{ type: 'output_text', text: 'Hel' }] };
    expect(folded([...start, done('resp_1', 'cancelled', { output: [cut] })]).items[0]).toMatchObject({
      status: 'incomplete',
      interrupted: true,
    });
    expect(folded([...start, done('resp_1', 'incomplete', { output: [cut] })]).items[0]).toMatchObject({
      status: 'incomplete',
      interrupted: false,
    });
  });

  it('keeps the words of an item that was cut short, and says where', () => {
    const truncated = { type: 'conversation.item.truncated', item_id: 'a', content_index: 0, audio_end_ms: 900 };
    const events = [...start, delta('output_audio_transcript', 'a', 'Hello there'), truncated];
    const finished = { ...begun('a'), status: 'completed', content: [{ type: 'output_audio' }] };
    const view = folded([...events, { type: 'conversation.item.done', item: finished }]);
    expect(shown(view)).toEqual(['a: Hello there']);
    expect(message(view.items[0])).toMatchObject({ interrupted: true, parts: [{ truncatedAtMs: 900 }] });
  });

  it('is understood from servers that speak the beta', () => {
    const item = { ...begun('a'), content: [] };
    const events = [created('resp_1'), { type: 'conversation.item.created', item, previous_item_id: null }];
    const view = folded([...events, delta('audio_transcript', 'a', 'Hi'), delta('audio', 'a', 'AAAA')]);
    expect(shown(view)).toEqual(['a: Hi']);
    expect(shown(folded([...events, delta('text', 'a', 'Hi')]))).toEqual(['a: Hi']);
  });

  it('does not go into another item that took over a deleted id', () => {
    const view = folded([
      ...start,
      { type: 'conversation.item.deleted', item_id: 'a' },
      added(text('a', 'typed'), null),
      delta('output_text', 'a', 'late'),
    ]);
    expect(shown(view)).toEqual(['a: typed']);
  });

  it('does not come back when its item was deleted while it spoke', () => {
    const gone = { type: 'conversation.item.deleted', item_id: 'a' };
    const whole = { ...begun('a'), status: 'completed' };
    const view = folded([
      ...start,
      gone,
      delta('output_text', 'a', 'x'),
      done('resp_1', 'completed', { output: [whole] }),
    ]);
    expect(view.items).toEqual([]);
  });

  it('stays out of the conversation where it is out of band', () => {
    const view = folded([
      added(text('u'), null),
      created('resp_1', { conversation_id: null }),
      output('resp_1', begun('x')),
      delta('output_text', 'x', 'aside'),
      done('resp_1'),
    ]);
    expect(ids(view)).toBe('u');
    expect(view.responses[0]?.items.map(wordsOf)).toEqual(['aside']);
    expect(runningResponse(view)).toBeNull();
  });
});

describe('what the user says', () => {
  it('shows the words as they are written down, and why they could not be', () => {
    const start = [
      added(speech('u'), null),
      heard('delta', 'u', { delta: 'so ' }),
      heard('delta', 'u', { delta: 'it' }),
    ];
    expect(message(folded(start).items[0]).parts[0]).toMatchObject({
      transcript: 'so it',
      transcription: 'in_progress',
    });
    const failed = folded([
      ...start,
      heard('failed', 'u', { error: { code: 'audio_unintelligible', message: 'What?' } }),
    ]);
    expect(message(failed.items[0]).parts[0]).toMatchObject({
      transcription: 'failed',
      error: { code: 'audio_unintelligible' },
    });
  });

  it('tells speakers apart', () => {
    const segment = (id: string, speaker: string) =>
      heard('segment', 'u', { id, speaker, text: speaker, start: 0, end: 1 });
    const view = folded([added(speech('u'), null), segment('1', 'A'), segment('2', 'B'), segment('1', 'A')]);
    expect(message(view.items[0]).parts[0]).toMatchObject({ segments: [{ id: '2' }, { id: '1' }] });
  });

  it('is known while it is said, before it is an item', () => {
    const speaking = { type: 'input_audio_buffer.speech_started', item_id: 'u', audio_start_ms: 100 };
    const live = folded([speaking, heard('delta', 'u', { delta: 'so it' })]);
    expect(live.turn).toEqual({ itemId: 'u', phase: 'speaking', audioStartMs: 100, audioEndMs: null });
    expect(live.early.map(({ itemId, part }) => [itemId, part.transcript])).toEqual([['u', 'so it']]);
    const after = foldAll(live, [
      { type: 'input_audio_buffer.speech_stopped', item_id: 'u', audio_end_ms: 900 },
      { type: 'input_audio_buffer.committed', item_id: 'u' },
      added(speech('u'), null),
      heard('delta', 'u', { delta: ' is' }),
    ]);
    expect(after).toMatchObject({ turn: null, early: [] });
    expect(shown(after)).toEqual(['u: so it is']);
  });

  it('does not put late words into an item that took over a deleted id', () => {
    const view = folded([
      added(speech('u'), null),
      { type: 'conversation.item.deleted', item_id: 'u' },
      added(speech('u'), null),
      heard('completed', 'u', { transcript: 'old', usage: { type: 'duration', seconds: 2 } }),
    ]);
    expect(shown(view)).toEqual(['u: ']);
    expect(view.usage.transcription.seconds).toBe(2);
  });

  it('takes over the sound and the words that a look-up brings', () => {
    const looked = { ...speech('u'), content: [{ type: 'input_audio', audio: 'AAAA', transcript: 'Hi' }] };
    const events = [added(speech('u'), null), { type: 'conversation.item.retrieved', item: looked }];
    expect(message(folded(events, { keepAudio: true }).items[0]).parts[0]).toMatchObject({
      transcript: 'Hi',
      audio: ['AAAA'],
    });
    expect(message(folded(events).items[0]).parts[0]).toMatchObject({ transcript: 'Hi', audio: [] });
  });
});

describe('tools', () => {
  const call: Item = {
    type: 'function_call',
    id: 'c',
    status: 'in_progress',
    call_id: 'call_1',
    name: 'look',
    arguments: '',
  };

  it('shows arguments as they stream, and what came of a call', () => {
    const streamed = [
      created('resp_1'),
      output('resp_1', call),
      delta('function_call_arguments', 'c', '{"a"'),
      delta('function_call_arguments', 'c', ':1}'),
    ];
    expect(folded(streamed).items[0]).toMatchObject({ kind: 'function_call', arguments: '{"a":1}', output: null });
    const answered = [
      ...streamed,
      done('resp_1'),
      added({ type: 'function_call_output', id: 'o', call_id: 'call_1', output: '42' }, 'c'),
    ];
    expect(folded(answered).items[0]).toMatchObject({ status: 'completed', output: '42' });
    expect(folded([...answered, { type: 'conversation.item.deleted', item_id: 'o' }]).items[0]).toMatchObject({
      output: null,
    });
  });

  it('shows how listings, calls and approvals of MCP servers stand', () => {
    const listing: Item = { type: 'mcp_list_tools', id: 'l', server_label: 'docs', tools: [] };
    const run: Item = {
      type: 'mcp_call',
      id: 'm',
      server_label: 'docs',
      name: 'find',
      arguments: '',
      output: null,
      error: null,
    };
    const request: Item = { type: 'mcp_approval_request', id: 'r', server_label: 'docs', name: 'pay', arguments: '{}' };
    const view = folded([
      added(listing, null),
      { type: 'mcp_list_tools.failed', item_id: 'l' },
      { type: 'conversation.item.done', item: listing },
      created('resp_1'),
      output('resp_1', run),
      delta('mcp_call_arguments', 'm', '{}'),
      { type: 'response.mcp_call.in_progress', item_id: 'm', output_index: 0 },
      added(request, 'm'),
      added({ type: 'mcp_approval_response', id: 's', approval_request_id: 'r', approve: false, reason: 'no' }, 'r'),
    ]);
    expect(view.items).toMatchObject([
      { kind: 'mcp_list_tools', phase: 'failed', status: 'incomplete' },
      { kind: 'mcp_call', phase: 'running', arguments: '{}' },
      { kind: 'mcp_approval_request', answer: { approve: false, reason: 'no' } },
      { kind: 'mcp_approval_response' },
    ]);
    const ended = foldAll(view, [
      { type: 'response.mcp_call.failed', item_id: 'm', output_index: 0 },
      {
        type: 'response.output_item.done',
        response_id: 'resp_1',
        item: { ...run, arguments: '{}', error: { type: 'http_error', code: 503, message: 'down' } },
      },
    ]);
    expect(ended.items[1]).toMatchObject({ phase: 'failed', status: 'incomplete', error: { code: 503 } });
  });

  it('keeps items and parts of kinds that this version does not know', () => {
    const view = folded([{ type: 'conversation.item.added', item: { type: 'hologram', id: 'h', beams: 3 } }]);
    expect(view.items[0]).toMatchObject({ kind: 'other', item: { beams: 3 } });
  });
});
