import { describe, expect, it } from 'vitest';
import { emptyView, type View } from '../../client/view/state.ts';
import { foldAll } from '../../client/view/view.ts';
import { createTranscript } from './transcript.ts';

type Told = { readonly type: string; readonly [field: string]: unknown };

const session = (transcription: unknown): Told => ({
  type: 'session.created',
  session: { type: 'realtime', audio: { input: { transcription } } },
});
const added = (item: object): Told => ({ type: 'conversation.item.added', item });
const spoken = (id: string): Told =>
  added({
    id,
    type: 'message',
    role: 'user',
    status: 'completed',
    content: [{ type: 'input_audio', transcript: null }],
  });
const heard = (id: string, transcript: string): Told => ({
  type: 'conversation.item.input_audio_transcription.completed',
  item_id: id,
  content_index: 0,
  transcript,
});
const answer = (id: string, transcript: string, status: string): Told[] => {
  const item = { id, type: 'message', role: 'assistant', status, content: [{ type: 'output_audio', transcript }] };
  return [added({ ...item, status: 'in_progress' }), { type: 'conversation.item.done', item }];
};
const viewOf = (...events: readonly Told[]): View => foldAll(emptyView(), events);
const nothing: ReadonlySet<string> = new Set();

describe('the transcript of a conversation', () => {
  it('hands out each entry once, when it will not change any more', () => {
    const transcript = createTranscript();
    const typed = added({
      id: 'u',
      type: 'message',
      role: 'user',
      status: 'completed',
      content: [{ type: 'input_text', text: 'Hi' }],
    });
    const first = viewOf(typed);
    expect(transcript.take(first, nothing).settled).toEqual([{ who: 'you', text: 'Hi', note: null }]);
    const second = viewOf(typed, ...answer('a', 'Hello', 'completed'));
    expect(transcript.take(second, nothing).settled).toEqual([{ who: 'assistant', text: 'Hello', note: null }]);
    expect(transcript.take(second, nothing)).toEqual({ settled: [], live: [] });
    expect(transcript.rest(second)).toEqual([]);
  });

  it('keeps the order, though speech is written down after its answer began', () => {
    const transcript = createTranscript();
    const events = [session({ model: 'm' }), spoken('u'), ...answer('a', 'Hello', 'completed')];
    expect(transcript.take(viewOf(...events), nothing)).toEqual({
      settled: [],
      live: [
        { who: 'you', text: '(speech)', note: null },
        { who: 'assistant', text: 'Hello', note: null },
      ],
    });
    const { settled } = transcript.take(viewOf(...events, heard('u', 'Hi there')), nothing);
    expect(settled.map(({ text }) => text)).toEqual(['Hi there', 'Hello']);
  });

  it('does not wait for words that nobody writes down, and tells those that nobody could', () => {
    expect(createTranscript().take(viewOf(session(null), spoken('u')), nothing).settled).toHaveLength(1);
    const failed = {
      type: 'conversation.item.input_audio_transcription.failed',
      item_id: 'u',
      content_index: 0,
      error: { type: 'server_error', code: 'x', message: 'No' },
    };
    expect(createTranscript().take(viewOf(session({ model: 'm' }), spoken('u'), failed), nothing).settled).toEqual([
      { who: 'you', text: '(speech)', note: 'could not be written down' },
    ]);
  });

  it('waits for an answer to be heard, and says where it was cut', () => {
    const transcript = createTranscript();
    const events = answer('a', 'Once upon a time', 'completed');
    expect(transcript.take(viewOf(...events), new Set(['a'])).settled).toEqual([]);
    const cut = { type: 'conversation.item.truncated', item_id: 'a', content_index: 0, audio_end_ms: 1234 };
    expect(transcript.take(viewOf(...events, cut), nothing).settled).toEqual([
      { who: 'assistant', text: 'Once upon a time', note: 'interrupted after 1.2 s' },
    ]);
  });

  it('shows calls with what came of them', () => {
    const call = {
      id: 'c',
      type: 'function_call',
      status: 'completed',
      name: 'get_time',
      call_id: '1',
      arguments: '{}',
    };
    const output = { id: 'o', type: 'function_call_output', call_id: '1', output: 'noon' };
    const transcript = createTranscript();
    expect(transcript.take(viewOf(added(call)), nothing).live).toEqual([
      { who: 'tool', text: 'get_time()', note: null },
    ]);
    expect(transcript.take(viewOf(added(call), added(output)), nothing).settled).toEqual([
      { who: 'tool', text: 'get_time() = noon', note: null },
    ]);
  });

  it('shows MCP servers, calls and questions', () => {
    const list = {
      id: 'l',
      type: 'mcp_list_tools',
      server_label: 'files',
      tools: [{ name: 'read' }, { name: 'write' }],
    };
    const call = {
      id: 'm',
      type: 'mcp_call',
      server_label: 'files',
      name: 'read',
      arguments: '{"a":1}',
      output: 'text',
      error: null,
    };
    const request = { id: 'q', type: 'mcp_approval_request', server_label: 'files', name: 'write', arguments: '{}' };
    const listed = { type: 'mcp_list_tools.completed', item_id: 'l' };
    const told = (item: object): Told[] => [added(item), { type: 'conversation.item.done', item }];
    const { settled, live } = createTranscript().take(
      viewOf(...told(list), listed, ...told(call), ...told(request)),
      nothing,
    );
    expect([...settled, ...live].map(({ text, note }) => [text, note])).toEqual([
      ['files: read, write', null],
      ['files.read({"a":1}) = text', null],
      ['files.write()', 'asks to be allowed'],
    ]);
  });

  it('shows that somebody speaks', () => {
    const started = { type: 'input_audio_buffer.speech_started', item_id: 'u', audio_start_ms: 0 };
    expect(createTranscript().take(viewOf(started), nothing).live).toEqual([{ who: 'you', text: '…', note: null }]);
  });

  it('gives at the end what was left, as it stands', () => {
    const transcript = createTranscript();
    const view = viewOf(session({ model: 'm' }), spoken('u'), ...answer('a', 'Hello', 'completed'));
    transcript.take(view, nothing);
    expect(transcript.rest(view).map(({ text }) => text)).toEqual(['(speech)', 'Hello']);
    expect(transcript.rest(view)).toEqual([]);
  });
});
