import { describe, expect, it } from 'vitest';
import type { ResponseCreateParams } from '../../protocol/types.ts';
import { type SessionScript, sessionScript, typesOf } from '../../testing/session-script.ts';
import { entriesOf } from '../conversation/item-list.ts';

function respond(script: SessionScript, response?: ResponseCreateParams): string {
  const [created] = script.client({ type: 'response.create', ...(response === undefined ? {} : { response }) });
  return created?.type === 'response.created' ? (created.response.id ?? '') : '';
}

const text: ResponseCreateParams = { output_modalities: ['text'] };
const sound = (ms: number) => ({ type: 'audio', audio: new Uint8Array(ms * 48) }) as const;

describe('a text response', () => {
  it('sends its events in the order of the service', () => {
    const script = sessionScript();
    const id = respond(script, text);
    const events = script.model(
      id,
      { type: 'text', text: 'Hel' },
      { type: 'text', text: 'lo' },
      { type: 'message_end' },
      { type: 'end' },
    );
    expect(typesOf(events)).toEqual([
      'response.output_item.added',
      'conversation.item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
      'rate_limits.updated',
    ]);
    expect(events[0]).toMatchObject({ item: { status: 'in_progress', content: [] }, output_index: 0 });
    expect(events[2]).toMatchObject({ part: { type: 'text', text: '' } });
    expect(events[5]).toMatchObject({ text: 'Hello' });
    expect(events[7]).toMatchObject({
      item: { status: 'completed', content: [{ type: 'output_text', text: 'Hello' }] },
    });
  });

  it('begins with a response that has every key', () => {
    const script = sessionScript();
    const [created] = script.client({ type: 'response.create', response: { ...text, metadata: { a: 'b' } } });
    expect(created).toEqual({
      type: 'response.created',
      event_id: expect.stringMatching(/^event_/),
      response: {
        object: 'realtime.response',
        id: expect.stringMatching(/^resp_/),
        status: 'in_progress',
        status_details: null,
        output: [],
        conversation_id: expect.stringMatching(/^conv_/),
        output_modalities: ['text'],
        max_output_tokens: 'inf',
        audio: { output: { format: { type: 'audio/pcm', rate: 24000 }, voice: 'alloy' } },
        usage: null,
        metadata: { a: 'b' },
      },
    });
  });

  it('ends with a usage whose parts sum up', () => {
    const script = sessionScript();
    const id = respond(script, text);
    const done = script.model(id, { type: 'text', text: 'Hello there' }, { type: 'end' }).at(-2);
    const usage = done?.type === 'response.done' ? done.response.usage : null;
    expect(usage).toMatchObject({ output_tokens: 3, output_token_details: { text_tokens: 3, audio_tokens: 0 } });
    expect(usage?.total_tokens).toBe((usage?.input_tokens ?? 0) + (usage?.output_tokens ?? 0));
  });

  it('has a message item even where nothing is said in it', () => {
    const script = sessionScript();
    const events = script.model(respond(script, text), { type: 'text', text: '' }, { type: 'message_end' });
    expect(typesOf(events)).not.toContain('response.output_text.delta');
    expect(events.at(-1)).toMatchObject({
      item: { status: 'completed', content: [{ type: 'output_text', text: '' }] },
    });
  });

  it('ignores sound', () => {
    const script = sessionScript();
    const id = respond(script, text);
    expect(script.model(id, sound(20))).toEqual([]);
  });
});

describe('an audio response', () => {
  it('sends its events in the order of the service', () => {
    const script = sessionScript();
    const id = respond(script);
    const events = script.model(id, { type: 'text', text: 'Hi' }, sound(100), { type: 'message_end' }, { type: 'end' });
    expect(typesOf(events)).toEqual([
      'response.output_item.added',
      'conversation.item.added',
      'response.content_part.added',
      'response.output_audio_transcript.delta',
      'response.output_audio.delta',
      'response.output_audio.done',
      'response.output_audio_transcript.done',
      'response.content_part.done',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
      'rate_limits.updated',
    ]);
    expect(events[2]).toMatchObject({ part: { type: 'audio', transcript: '' } });
    expect(events.at(-2)).toMatchObject({
      response: {
        status_details: null,
        output: [{ content: [{ type: 'output_audio', transcript: 'Hi' }] }],
        usage: { output_token_details: { audio_tokens: 2, text_tokens: 1 } },
      },
    });
  });
});

describe('function calls', () => {
  it('have no content parts, and keep their ids from the start', () => {
    const script = sessionScript();
    const id = respond(script);
    const events = script.model(
      id,
      { type: 'call_start', name: 'f', callId: 'call_1' },
      { type: 'call_arguments', delta: '{"a"' },
      { type: 'call_arguments', delta: ':1}' },
      { type: 'call_end' },
      { type: 'end' },
    );
    expect(typesOf(events)).toEqual([
      'response.output_item.added',
      'conversation.item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
      'rate_limits.updated',
    ]);
    expect(events[1]).toMatchObject({ item: { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '' } });
    expect(events[4]).toMatchObject({ call_id: 'call_1', name: 'f', arguments: '{"a":1}' });
  });

  it('come after a message with the next output index', () => {
    const script = sessionScript();
    const id = respond(script, text);
    const events = script.model(
      id,
      { type: 'text', text: 'Let me see.' },
      { type: 'call_start', name: 'f' },
      { type: 'call_arguments', delta: '{}' },
      { type: 'end' },
    );
    const call = events.find(({ type }) => type === 'response.function_call_arguments.done');
    expect(call).toMatchObject({ output_index: 1, call_id: expect.stringMatching(/^call_/) });
    expect(events.at(-2)).toMatchObject({
      response: { output: [{ type: 'message' }, { type: 'function_call', arguments: '{}' }] },
    });
  });
});

describe('one response at a time', () => {
  it('refuses a second in the default conversation and names the first', () => {
    const script = sessionScript();
    const id = respond(script);
    const [error] = script.client({ type: 'response.create', event_id: 'r2' });
    expect(error).toMatchObject({ error: { code: 'conversation_already_has_active_response', event_id: 'r2' } });
    expect(JSON.stringify(error)).toContain(id);
  });

  it('runs out-of-band responses beside it, which touch no conversation', () => {
    const script = sessionScript();
    respond(script);
    const aside = respond(script, { ...text, conversation: 'none', metadata: { topic: 'x' } });
    const events = script.model(aside, { type: 'text', text: 'Hm' }, { type: 'end' });
    expect(typesOf(events).filter((type) => type.startsWith('conversation'))).toEqual([]);
    expect(events.at(-2)).toMatchObject({ response: { conversation_id: null, metadata: { topic: 'x' } } });
    expect(entriesOf(script.session.conversation.items)).toEqual([]);
  });
});

describe('response.cancel', () => {
  it('closes what is open and leaves a usable, incomplete item', () => {
    const script = sessionScript();
    const id = respond(script, text);
    script.model(id, { type: 'text', text: 'Hel' });
    const events = script.client({ type: 'response.cancel' });
    expect(typesOf(events)).toEqual([
      'response.output_text.done',
      'response.content_part.done',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
      'rate_limits.updated',
    ]);
    expect(events.at(-2)).toMatchObject({
      response: {
        status: 'cancelled',
        status_details: { type: 'cancelled', reason: 'client_cancelled' },
        output: [{ status: 'incomplete' }],
      },
    });
    expect(script.effects).toContainEqual({ do: 'abort', responseId: id });
  });

  it('cancels an out-of-band response by its id only', () => {
    const script = sessionScript();
    const aside = respond(script, { conversation: 'none' });
    expect(script.client({ type: 'response.cancel' })).toMatchObject([
      { error: { code: 'response_cancel_not_active' } },
    ]);
    expect(typesOf(script.client({ type: 'response.cancel', response_id: aside }))).toEqual([
      'response.done',
      'rate_limits.updated',
    ]);
  });

  it('has nothing to cancel after the end', () => {
    const script = sessionScript();
    const id = respond(script);
    script.model(id, { type: 'end' });
    expect(script.client({ type: 'response.cancel', response_id: id })).toMatchObject([
      { error: { code: 'response_cancel_not_active', message: expect.stringMatching(/^Cancellation failed/) } },
    ]);
  });
});

describe('other ends', () => {
  it('stops at max_output_tokens, incomplete', () => {
    const script = sessionScript();
    const id = respond(script, { ...text, max_output_tokens: 2 });
    const events = script.model(id, { type: 'text', text: '12345678' }, { type: 'text', text: '9' });
    expect(events.at(-2)).toMatchObject({
      response: {
        status: 'incomplete',
        status_details: { type: 'incomplete', reason: 'max_output_tokens' },
        usage: { output_tokens: 2 },
      },
    });
    expect(script.effects).toContainEqual({ do: 'abort', responseId: id });
  });

  it('fails with the error in its details and no error event', () => {
    const script = sessionScript();
    const id = respond(script, text);
    const events = script.model(
      id,
      { type: 'text', text: 'Wor' },
      { type: 'failed', code: 'server_error', message: 'The model failed.' },
    );
    expect(typesOf(events)).not.toContain('error');
    expect(events.at(-2)).toMatchObject({
      response: {
        status: 'failed',
        status_details: {
          type: 'failed',
          error: { type: 'server_error', code: 'server_error', message: 'The model failed.' },
        },
        output: [{ status: 'incomplete' }],
      },
    });
  });

  it('fails with a usage of zeros where nothing was said', () => {
    const script = sessionScript();
    const events = script.model(respond(script), { type: 'failed', code: 'server_error', message: 'No.' });
    expect(events[0]).toMatchObject({ response: { output: [], usage: { total_tokens: 0, input_tokens: 0 } } });
  });

  it('is incomplete where a filter cut it', () => {
    const script = sessionScript();
    const events = script.model(respond(script), { type: 'incomplete', reason: 'content_filter' });
    expect(events[0]).toMatchObject({
      response: { status: 'incomplete', status_details: { reason: 'content_filter' } },
    });
  });
});

describe('what a response sees', () => {
  const say = (script: SessionScript, id: string, words: string) =>
    script.client({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', id, content: [{ type: 'input_text', text: words }] },
    });
  const request = (script: SessionScript) => {
    const effect = script.effects.find((each) => each.do === 'respond');
    return effect?.do === 'respond' ? effect.request : null;
  };

  it('is the conversation as it stands', () => {
    const script = sessionScript();
    say(script, 'a', 'one');
    respond(script);
    expect(request(script)?.items.map(({ words }) => words)).toEqual(['one']);
  });

  it('is response.input where that is given, with references resolved', () => {
    const script = sessionScript();
    say(script, 'a', 'one');
    say(script, 'b', 'two');
    respond(script, { conversation: 'none', input: [{ type: 'item_reference', id: 'b' }] });
    expect(request(script)?.items.map(({ words }) => words)).toEqual(['two']);
    respond(script, { conversation: 'none', input: [] });
    expect(request(script)?.items).toEqual([]);
  });

  it('is refused where a reference names nothing', () => {
    const script = sessionScript();
    const [error] = script.client({
      type: 'response.create',
      response: { input: [{ type: 'item_reference', id: 'x' }] },
    });
    expect(error).toMatchObject({ error: { code: 'item_not_found', param: 'response.input' } });
  });

  it('takes its own instructions and leaves the session’s as they were', () => {
    const script = sessionScript();
    respond(script, { instructions: 'Rhyme.' });
    expect(request(script)?.instructions).toBe('Rhyme.');
    expect(script.session.config).not.toMatchObject({ instructions: 'Rhyme.' });
  });

  it('takes prompt, reasoning and parallel_tool_calls of its own before the session’s', () => {
    const script = sessionScript();
    const session = { type: 'realtime', reasoning: { effort: 'low' }, parallel_tool_calls: true } as const;
    script.client({ type: 'session.update', session });
    respond(script, { reasoning: { effort: 'high' }, prompt: { id: 'pmpt_1' } });
    expect(request(script)).toMatchObject({
      reasoning: { effort: 'high' },
      parallelToolCalls: true,
      prompt: { id: 'pmpt_1' },
    });
  });

  it('does not change with a later session.update', () => {
    const script = sessionScript();
    const id = respond(script);
    script.client({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } });
    const events = script.model(id, { type: 'text', text: 'Hi' });
    expect(typesOf(events)).toContain('response.output_audio_transcript.delta');
  });
});

describe('a transcription session', () => {
  it('makes no responses', () => {
    const script = sessionScript({ model: null });
    expect(script.client({ type: 'response.create' })).toMatchObject([
      { error: { code: 'invalid_value', param: 'type' } },
    ]);
    script.hear(1, 300);
    expect(typesOf(script.hear(0, 300))).not.toContain('response.created');
  });
});

describe('draining and expiry', () => {
  it('closes an idle session at once, with the reason', () => {
    const script = sessionScript();
    expect(script.feed({ from: 'server', say: 'drain' })).toMatchObject([{ error: { code: 'server_draining' } }]);
    expect(script.effects).toContainEqual({ do: 'close', code: 1001, reason: 'server_error.server_draining' });
  });

  it('lets a running response end first', () => {
    const script = sessionScript();
    const id = respond(script);
    expect(script.feed({ from: 'server', say: 'drain' })).toEqual([]);
    const events = script.model(id, { type: 'end' });
    expect(typesOf(events)).toEqual(['response.done', 'rate_limits.updated', 'error']);
  });

  it('cancels what has not ended when the grace is over', () => {
    const script = sessionScript();
    respond(script);
    script.feed({ from: 'server', say: 'drain' });
    expect(script.feed({ from: 'timer', timer: 'drain' })[0]).toMatchObject({ response: { status: 'cancelled' } });
  });

  it('ends at the allowed age with session_expired, and says nothing more', () => {
    const script = sessionScript();
    const [error] = script.feed({ from: 'timer', timer: 'expiry' });
    expect(error).toMatchObject({ error: { code: 'session_expired', message: expect.stringContaining('60 minutes') } });
    expect(script.effects).toContainEqual(expect.objectContaining({ do: 'close', code: 1001 }));
    expect(script.client({ type: 'response.create' })).toEqual([]);
  });
});
