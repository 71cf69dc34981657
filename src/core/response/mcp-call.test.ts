import { describe, expect, it } from 'vitest';
import {
  end,
  entry,
  listedScript,
  openItemId,
  over,
  respond,
  say,
  start,
  text,
  updateTools,
} from '../../../test/mcp/mcp-script.ts';
import type { McpCallError } from '../../protocol/types.ts';
import { type SessionScript, typesOf } from '../../testing/session-script.ts';
import type { McpOutcome } from '../session.ts';

/** A call that runs; the id of its item. */
function running(script: SessionScript, responseId: string): string {
  script.model(responseId, start(), say('{"q":1}'), end);
  return openItemId(script);
}

function called(script: SessionScript, itemId: string, outcome: McpOutcome = { output: 'found' }) {
  return script.feed({ from: 'mcp', say: 'called', itemId, outcome });
}

describe('a call of an MCP tool', () => {
  it('runs and completes before its item is done, and the answer follows in the same response', () => {
    const script = listedScript();
    const id = respond(script);
    const asked = script.model(id, start(), say('{"q"'), say(':1}'), end);
    const itemId = openItemId(script);
    expect(typesOf(asked)).toEqual([
      'response.output_item.added',
      'conversation.item.added',
      'response.mcp_call_arguments.delta',
      'response.mcp_call_arguments.delta',
      'response.mcp_call_arguments.done',
      'response.mcp_call.in_progress',
    ]);
    expect(script.effects).toMatchObject([
      { do: 'call-tool', responseId: id, itemId, name: 'search', arguments: { q: 1 }, access: { label: 'docs' } },
    ]);
    const answered = called(script, itemId);
    expect(typesOf(answered)).toEqual([
      'response.mcp_call.completed',
      'conversation.item.done',
      'response.output_item.done',
    ]);
    const item = {
      id: itemId,
      type: 'mcp_call',
      server_label: 'docs',
      name: 'search',
      arguments: '{"q":1}',
      approval_request_id: null,
      output: 'found',
      error: null,
    };
    expect(answered[2]).toMatchObject({ item });
    expect(script.effects).toEqual([{ do: 'resume', responseId: id, call: item }]);
    const said = script.model(id, { type: 'text', text: 'Here it is.' }, over);
    expect(said[0]).toMatchObject({ type: 'response.output_item.added', output_index: 1 });
    expect(said.at(-2)).toMatchObject({
      response: {
        status: 'completed',
        output: [item, { type: 'message' }],
        usage: { total_tokens: expect.any(Number) },
      },
    });
  });

  it('has events of the shapes that clients read', () => {
    const script = listedScript();
    const id = respond(script);
    const events = script.model(id, start(), say('{}'), end);
    const itemId = openItemId(script);
    const item = { id: itemId, type: 'mcp_call', arguments: '', output: null, error: null, approval_request_id: null };
    expect(events[0]).toMatchObject({ response_id: id, output_index: 0, item });
    expect(events[2]).toMatchObject({ response_id: id, item_id: itemId, delta: '{}', obfuscation: expect.any(String) });
    expect(events[3]).toMatchObject({ response_id: id, item_id: itemId, arguments: '{}' });
    const told = { event_id: expect.any(String), item_id: itemId, output_index: 0 };
    expect(events[4]).toEqual({ type: 'response.mcp_call.in_progress', ...told });
    expect(called(script, itemId)[0]).toEqual({ type: 'response.mcp_call.completed', ...told });
  });

  it('without arguments has the empty object, told like any other', () => {
    const script = listedScript();
    const events = script.model(respond(script), start(), end);
    expect(events[2]).toMatchObject({ type: 'response.mcp_call_arguments.delta', delta: '{}' });
    expect(events[3]).toMatchObject({ arguments: '{}' });
  });

  it('can be retrieved while it runs and afterwards', () => {
    const script = listedScript();
    const id = respond(script);
    const item_id = running(script, id);
    const retrieve = { type: 'conversation.item.retrieve', item_id } as const;
    expect(script.client(retrieve)).toMatchObject([{ item: { arguments: '{"q":1}', output: null } }]);
    called(script, item_id);
    expect(script.client(retrieve)).toMatchObject([{ item: { output: 'found', error: null } }]);
  });

  it.each<McpCallError>([
    { type: 'protocol_error', code: -32601, message: 'no such tool' },
    { type: 'tool_execution_error', message: 'out of paper' },
    { type: 'http_error', code: 503, message: 'down' },
  ])('that fails with a $type leaves the response running', (error) => {
    const script = listedScript();
    const id = respond(script);
    const events = called(script, running(script, id), { error });
    expect(typesOf(events)).toEqual([
      'response.mcp_call.failed',
      'conversation.item.done',
      'response.output_item.done',
    ]);
    expect(events[1]).toMatchObject({ item: { output: null, error } });
    expect(script.effects).toMatchObject([{ do: 'resume', call: { error } }]);
    expect(script.model(id, over).at(-2)).toMatchObject({ response: { status: 'completed' } });
  });

  it.each(['[1]', '"x"', '{"q":', 'null'])('with the arguments %s is not made, and fails', (args) => {
    const script = listedScript();
    const events = script.model(respond(script), start(), say(args), end);
    expect(typesOf(events).slice(-4)).toEqual([
      'response.mcp_call.in_progress',
      'response.mcp_call.failed',
      'conversation.item.done',
      'response.output_item.done',
    ]);
    expect(events.at(-1)).toMatchObject({ item: { arguments: args, error: { type: 'protocol_error', code: -32602 } } });
    expect(script.effects).toMatchObject([{ do: 'resume' }]);
  });

  it('can follow another, each when the one before is done', () => {
    const script = listedScript();
    const id = respond(script);
    called(script, running(script, id), { output: 'one' });
    called(script, running(script, id), { output: 'two' });
    expect(script.model(id, over).at(-2)).toMatchObject({
      response: { output: [{ output: 'one' }, { output: 'two' }] },
    });
  });

  it('in an out-of-band response touches no conversation', () => {
    const script = listedScript();
    const id = respond(script, { ...text, conversation: 'none' });
    const before = script.events.length;
    const itemId = running(script, id);
    called(script, itemId);
    script.model(id, over);
    expect(typesOf(script.events.slice(before)).filter((type) => type.startsWith('conversation'))).toEqual([]);
    expect(script.client({ type: 'conversation.item.retrieve', item_id: itemId })[0]).toMatchObject({ type: 'error' });
  });

  it('is part of what later responses read, once it is over', () => {
    const script = listedScript();
    const id = respond(script);
    const itemId = running(script, id);
    respond(script, { ...text, conversation: 'none' });
    expect(script.effects.at(-1)).toMatchObject({ do: 'respond', request: { items: [] } });
    called(script, itemId);
    script.model(id, over);
    respond(script);
    expect(script.effects.at(-1)).toMatchObject({ request: { items: [{ item: { id: itemId, output: 'found' } }] } });
  });

  it('is not over before it runs, whatever is heard of it', () => {
    const script = listedScript();
    script.model(respond(script), start(), say('{'));
    expect(called(script, openItemId(script))).toEqual([]);
  });

  it('keeps to the server its response began with', () => {
    const script = listedScript();
    const id = respond(script);
    updateTools(script, entry({ server_url: 'https://other.example/' }));
    script.model(id, start(), end);
    expect(script.effects).toMatchObject([{ do: 'call-tool', access: { url: 'https://mcp.example/mcp' } }]);
  });

  it('counts its output among what the model reads', () => {
    const usage = (output: string) => {
      const script = listedScript();
      const id = respond(script);
      called(script, running(script, id), { output });
      const done = script.model(id, over).at(-2);
      return done?.type === 'response.done' ? (done.response.usage?.input_tokens ?? 0) : 0;
    };
    expect(usage('x'.repeat(400)) - usage('')).toBe(100);
  });
});

describe('a call that is cut short', () => {
  const closed = ['conversation.item.done', 'response.output_item.done', 'response.done', 'rate_limits.updated'];

  it('while its arguments are said is closed without having run', () => {
    const script = listedScript();
    script.model(respond(script), start(), say('{"q'));
    const events = script.client({ type: 'response.cancel' });
    expect(typesOf(events)).toEqual(['response.mcp_call_arguments.done', ...closed]);
    expect(events[0]).toMatchObject({ arguments: '{"q' });
    expect(events[2]).toMatchObject({ item: { output: null, error: { type: 'tool_execution_error' } } });
  });

  it('while it runs is stopped and fails', () => {
    const script = listedScript();
    const id = respond(script);
    const itemId = running(script, id);
    const events = script.client({ type: 'response.cancel' });
    expect(typesOf(events)).toEqual(['response.mcp_call.failed', ...closed]);
    expect(script.effects).toEqual([
      { do: 'abort', responseId: id },
      { do: 'abort-call', itemId },
    ]);
    expect(called(script, itemId)).toEqual([]);
  });

  it('by speech is stopped like by the client', () => {
    const script = listedScript();
    const itemId = running(script, respond(script));
    const events = script.hear(1, 100);
    expect(typesOf(events)).toEqual(['input_audio_buffer.speech_started', 'response.mcp_call.failed', ...closed]);
    expect(events.at(-2)).toMatchObject({ response: { status_details: { reason: 'turn_detected' } } });
    expect(called(script, itemId)).toEqual([]);
  });

  it('by the end of the session is stopped', () => {
    const script = listedScript();
    const id = respond(script);
    const itemId = running(script, id);
    script.feed({ from: 'timer', timer: 'expiry' });
    expect(script.effects).toContainEqual({ do: 'abort', responseId: id });
    expect(called(script, itemId)).toEqual([]);
  });

  it('by a model that fails while it waits is stopped', () => {
    const script = listedScript();
    const id = respond(script);
    const itemId = running(script, id);
    const events = script.model(id, { type: 'failed', code: 'server_error', message: 'no' });
    expect(typesOf(events)).toEqual(['response.mcp_call.failed', ...closed]);
    expect(script.effects).toContainEqual({ do: 'abort-call', itemId });
  });

  it('by the token limit is closed where it stands', () => {
    const script = listedScript();
    const id = respond(script, { ...text, max_output_tokens: 4 });
    const events = script.model(id, start(), say('{"question":"much too long"}'));
    expect(events.at(-2)).toMatchObject({ response: { status: 'incomplete', output: [{ type: 'mcp_call' }] } });
  });

  it('by a model that never ends the call is closed, not made', () => {
    const script = listedScript();
    const events = script.model(respond(script), start(), say('{}'), over);
    expect(typesOf(events).slice(-5)).toEqual(['response.mcp_call_arguments.done', ...closed]);
    expect(script.effects.some(({ do: what }) => what === 'call-tool')).toBe(false);
  });
});

describe('deleting the item of a call', () => {
  it('that runs gives the call up, and the response goes on', () => {
    const script = listedScript();
    const id = respond(script);
    const itemId = running(script, id);
    const events = script.client({ type: 'conversation.item.delete', item_id: itemId });
    expect(typesOf(events)).toEqual([
      'conversation.item.deleted',
      'response.mcp_call.failed',
      'response.output_item.done',
    ]);
    expect(script.effects).toMatchObject([
      { do: 'forget-audio' },
      { do: 'abort-call', itemId },
      { do: 'resume', call: { error: { type: 'tool_execution_error' } } },
    ]);
    expect(script.model(id, { type: 'text', text: 'Well.' }, over).at(-2)).toMatchObject({
      response: { status: 'completed', output: [{ type: 'mcp_call' }, { type: 'message' }] },
    });
  });

  it('whose arguments are still said keeps it from being made', () => {
    const script = listedScript();
    const id = respond(script);
    script.model(id, start(), say('{"q'));
    const item_id = openItemId(script);
    const events = script.client({ type: 'conversation.item.delete', item_id });
    expect(typesOf(events)).toEqual([
      'conversation.item.deleted',
      'response.mcp_call_arguments.done',
      'response.mcp_call.in_progress',
      'response.mcp_call.failed',
      'response.output_item.done',
    ]);
    expect(script.model(id, say('":1}'), end)).toEqual([]);
    expect(script.effects.some(({ do: what }) => what === 'call-tool')).toBe(false);
  });

  it('that is over changes nothing else', () => {
    const script = listedScript();
    const id = respond(script);
    const itemId = running(script, id);
    called(script, itemId);
    const events = script.client({ type: 'conversation.item.delete', item_id: itemId });
    expect(typesOf(events)).toEqual(['conversation.item.deleted']);
  });
});
