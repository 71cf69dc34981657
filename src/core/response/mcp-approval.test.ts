import { describe, expect, it } from 'vitest';
import {
  end,
  entry,
  listed,
  listedScript,
  openItemId,
  over,
  respond,
  say,
  start,
  text,
} from '../../../test/mcp/mcp-script.ts';
import type { ResponseCreateParams } from '../../protocol/types.ts';
import { type SessionScript, typesOf } from '../../testing/session-script.ts';
import { entriesOf } from '../conversation/item-list.ts';

const careful = () => listedScript([listed('search')], entry({ require_approval: 'always' }));

/** A call that was asked for; the id of the request. */
function asked(script: SessionScript, params: ResponseCreateParams = text): string {
  script.model(respond(script, params), start(), say('{"q":1}'), end);
  return script.session.mcp.asked.at(-1)?.requestId ?? '';
}

function answer(script: SessionScript, approval_request_id: string, approve: boolean, reason?: string) {
  return script.client({
    type: 'conversation.item.create',
    event_id: 'a1',
    previous_item_id: approval_request_id,
    item: { type: 'mcp_approval_response', approval_request_id, approve, ...(reason === undefined ? {} : { reason }) },
  });
}

describe('a call that needs approval', () => {
  it('is asked for with a whole item, and the response is over', () => {
    const script = careful();
    const id = respond(script);
    expect(script.model(id, start(), say('{"q"'), say(':1}'))).toEqual([]);
    const events = script.model(id, end);
    expect(typesOf(events)).toEqual([
      'response.output_item.added',
      'conversation.item.added',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
      'rate_limits.updated',
    ]);
    const item = { type: 'mcp_approval_request', server_label: 'docs', name: 'search', arguments: '{"q":1}' };
    for (const index of [0, 1, 2, 3]) expect(events[index]).toMatchObject({ item });
    expect(events[4]).toMatchObject({ response: { status: 'completed', output: [item] } });
    expect(script.effects).toEqual([{ do: 'abort', responseId: id }]);
  });

  it('comes after what was said before it', () => {
    const script = careful();
    const id = respond(script);
    const events = script.model(id, { type: 'text', text: 'May I?' }, start(), end);
    expect(events.at(-2)).toMatchObject({
      response: { output: [{ type: 'message' }, { type: 'mcp_approval_request', arguments: '{}' }] },
    });
  });

  it('fails instead where its arguments are no object, which no client could show', () => {
    const script = careful();
    const events = script.model(respond(script), start(), say('[]'), end);
    expect(events.at(-1)).toMatchObject({ item: { type: 'mcp_call', arguments: '[]', error: { code: -32602 } } });
    expect(script.session.mcp.asked).toEqual([]);
  });

  it('was never told of where the response is cancelled first', () => {
    const script = careful();
    script.model(respond(script), start(), say('{"q'));
    expect(typesOf(script.client({ type: 'response.cancel' }))).toEqual(['response.done', 'rate_limits.updated']);
  });
});

describe('an approval', () => {
  it('has the server make the call in a response of its own, after which the model is asked', () => {
    const script = careful();
    const requestId = asked(script);
    const events = answer(script, requestId, true);
    expect(typesOf(events)).toEqual([
      'conversation.item.added',
      'conversation.item.done',
      'response.created',
      'response.output_item.added',
      'conversation.item.added',
      'response.mcp_call_arguments.delta',
      'response.mcp_call_arguments.done',
      'response.mcp_call.in_progress',
    ]);
    expect(events[0]).toMatchObject({
      previous_item_id: requestId,
      item: { id: expect.stringMatching(/^item_/), type: 'mcp_approval_response', approve: true },
    });
    expect(events[3]).toMatchObject({ item: { type: 'mcp_call', approval_request_id: requestId, arguments: '' } });
    expect(script.effects.map(({ do: what }) => what)).toEqual(['disarm', 'call-tool']);
    const itemId = openItemId(script);
    const done = script.feed({ from: 'mcp', say: 'called', itemId, outcome: { output: 'found' } });
    expect(typesOf(done)).toEqual([
      'response.mcp_call.completed',
      'conversation.item.done',
      'response.output_item.done',
    ]);
    expect(script.effects).toMatchObject([
      { do: 'respond', request: { modality: 'text', items: [{ item: { id: itemId, output: 'found' }, words: null }] } },
    ]);
    const id = script.session.responses[0]?.id ?? '';
    const said = script.model(id, { type: 'text', text: 'Found.' }, over);
    expect(said.at(-2)).toMatchObject({ response: { output: [{ type: 'mcp_call' }, { type: 'message' }] } });
  });

  it('asks the model once: a call that it makes then is answered like any other', () => {
    const script = listedScript(
      [listed('search'), listed('read')],
      entry({ require_approval: { never: { tool_names: ['read'] } } }),
    );
    answer(script, asked(script), true);
    script.feed({ from: 'mcp', say: 'called', itemId: openItemId(script), outcome: { output: 'found' } });
    script.model(script.session.responses[0]?.id ?? '', start('read'), end);
    script.feed({ from: 'mcp', say: 'called', itemId: openItemId(script), outcome: { output: 'more' } });
    expect(script.effects).toMatchObject([{ do: 'resume', call: { output: 'more' } }]);
  });

  it('asks the model also when the call fails', () => {
    const script = careful();
    answer(script, asked(script), true);
    const error = { type: 'http_error', code: 500, message: 'no' } as const;
    script.feed({ from: 'mcp', say: 'called', itemId: openItemId(script), outcome: { error } });
    expect(script.effects).toMatchObject([{ do: 'respond', request: { items: [{ item: { error } }] } }]);
  });

  it('follows the response that asked in its settings, but not in its metadata', () => {
    const script = careful();
    const params = { ...text, instructions: 'Be brief.', metadata: { a: 'b' } };
    const events = answer(script, asked(script, params), true);
    expect(events[2]).toMatchObject({ response: { output_modalities: ['text'], metadata: null } });
    expect(script.session.responses[0]?.unasked).toMatchObject({ instructions: 'Be brief.' });
  });

  it('of an unknown request is refused, and adds nothing', () => {
    const script = careful();
    asked(script);
    const before = entriesOf(script.session.conversation.items).length;
    expect(answer(script, 'item_unknown', true)).toMatchObject([
      { type: 'error', error: { code: 'invalid_value', param: 'item.approval_request_id', event_id: 'a1' } },
    ]);
    expect(entriesOf(script.session.conversation.items)).toHaveLength(before);
  });

  it('counts once', () => {
    const script = careful();
    const requestId = asked(script);
    answer(script, requestId, true);
    expect(typesOf(answer(script, requestId, true))).toEqual(['error']);
    expect(typesOf(answer(script, requestId, false))).toEqual(['error']);
  });

  it('of a request that was deleted is refused', () => {
    const script = careful();
    const requestId = asked(script);
    script.client({ type: 'conversation.item.delete', item_id: requestId });
    expect(
      script.client({
        type: 'conversation.item.create',
        item: { type: 'mcp_approval_response', approval_request_id: requestId, approve: true },
      }),
    ).toMatchObject([{ type: 'error' }]);
  });

  it('stays open where the answer itself is refused', () => {
    const script = careful();
    const requestId = asked(script);
    const item = { type: 'mcp_approval_response' as const, approval_request_id: requestId, approve: true };
    expect(
      typesOf(script.client({ type: 'conversation.item.create', previous_item_id: 'item_nowhere', item })),
    ).toEqual(['error']);
    expect(typesOf(script.client({ type: 'conversation.item.create', item }))).toContain('response.created');
  });

  it('waits for the response that runs meanwhile', () => {
    const script = careful();
    const requestId = asked(script);
    const id = respond(script);
    expect(typesOf(answer(script, requestId, true))).toEqual(['conversation.item.added', 'conversation.item.done']);
    expect(typesOf(script.model(id, over))).toEqual([
      'response.done',
      'rate_limits.updated',
      'response.created',
      'response.output_item.added',
      'conversation.item.added',
      'response.mcp_call_arguments.delta',
      'response.mcp_call_arguments.done',
      'response.mcp_call.in_progress',
    ]);
  });

  it('waits until the user has spoken, whose turn is answered after it', () => {
    const script = careful();
    const requestId = asked(script);
    script.hear(1, 100);
    expect(typesOf(answer(script, requestId, true))).toEqual(['conversation.item.added', 'conversation.item.done']);
    expect(typesOf(script.hear(0, 400))).toContain('response.mcp_call.in_progress');
    expect(script.session.owedResponse).not.toBeNull();
    script.feed({ from: 'mcp', say: 'called', itemId: openItemId(script), outcome: { output: '' } });
    const events = script.model(script.session.responses[0]?.id ?? '', over);
    expect(typesOf(events).at(-1)).toBe('response.created');
  });

  it('can be cancelled while its call runs', () => {
    const script = careful();
    answer(script, asked(script), true);
    const itemId = openItemId(script);
    const events = script.client({ type: 'response.cancel' });
    expect(typesOf(events)[0]).toBe('response.mcp_call.failed');
    expect(script.effects).toContainEqual({ do: 'abort-call', itemId });
    expect(script.feed({ from: 'mcp', say: 'called', itemId, outcome: { output: 'late' } })).toEqual([]);
  });

  it('is not taken while the server goes down', () => {
    const script = careful();
    const requestId = asked(script);
    respond(script);
    script.feed({ from: 'server', say: 'drain' });
    expect(answer(script, requestId, true)).toMatchObject([{ error: { code: 'server_draining' } }]);
  });

  it('in an out-of-band response is answered out of band', () => {
    const script = careful();
    const requestId = asked(script, { ...text, conversation: 'none' });
    const item = { type: 'mcp_approval_response' as const, approval_request_id: requestId, approve: true };
    respond(script);
    const events = script.client({ type: 'conversation.item.create', item });
    expect(events[2]).toMatchObject({ type: 'response.created', response: { conversation_id: null } });
    expect(typesOf(events.slice(2)).filter((type) => type.startsWith('conversation'))).toEqual([]);
  });
});

describe('a refusal', () => {
  it('makes no call and starts no response: an item tells of it', () => {
    const script = careful();
    const requestId = asked(script);
    const events = answer(script, requestId, false, 'too risky');
    expect(typesOf(events)).toEqual([
      'conversation.item.added',
      'conversation.item.done',
      'conversation.item.added',
      'conversation.item.done',
    ]);
    expect(events[3]).toMatchObject({
      item: {
        type: 'mcp_call',
        approval_request_id: requestId,
        arguments: '{"q":1}',
        output: null,
        error: { type: 'tool_execution_error', message: 'The call was refused: too risky' },
      },
    });
    expect(script.effects).toEqual([]);
    respond(script);
    expect(script.effects.at(-1)).toMatchObject({ request: { items: [{ item: { type: 'mcp_call' } }] } });
  });
});
