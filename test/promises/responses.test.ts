import { describe, expect, it } from 'vitest';
import { entriesOf } from '../../src/core/conversation/item-list.ts';
import type { ResponseCreateParams } from '../../src/protocol/types.ts';
import { type SessionScript, sessionScript, typesOf } from '../../src/testing/session-script.ts';
import { meet, typed, update } from './memory-client.ts';

function respond(script: SessionScript, response: ResponseCreateParams = {}): string {
  const [created] = script.client({ type: 'response.create', response });
  return created?.type === 'response.created' ? (created.response.id ?? '') : '';
}

/** What the newest response was asked of the model. */
function asked(script: SessionScript) {
  const effect = script.effects.find((each) => each.do === 'respond');
  if (effect?.do !== 'respond') throw new Error('No response was started.');
  return effect.request;
}

const text: ResponseCreateParams = { output_modalities: ['text'] };
const sound = (ms: number) => ({ type: 'audio', audio: new Uint8Array(ms * 48) }) as const;

describe('response.create', () => {
  it('may change everything for one response, and nothing for the session', () => {
    const script = sessionScript();
    const before = script.session.config;
    const own: ResponseCreateParams = {
      instructions: 'Rhyme.',
      tools: [{ type: 'function', name: 'f' }],
      tool_choice: { type: 'function', name: 'f' },
      output_modalities: ['audio'],
      audio: { output: { format: { type: 'audio/pcmu' }, voice: 'ash' } },
      max_output_tokens: 100,
      metadata: { a: 'b' },
    };
    const [created] = script.client({ type: 'response.create', response: own });
    expect(created).toMatchObject({
      response: {
        output_modalities: ['audio'],
        max_output_tokens: 100,
        audio: { output: { format: { type: 'audio/pcmu' }, voice: 'ash' } },
        metadata: { a: 'b' },
      },
    });
    expect(asked(script)).toMatchObject({
      instructions: 'Rhyme.',
      tools: own.tools,
      toolChoice: own.tool_choice,
      modality: 'audio',
      format: 'audio/pcmu',
      voice: 'ash',
      maxOutputTokens: 100,
    });
    expect(script.session.config).toBe(before);
  });

  it('cannot change the voice once the session has spoken', () => {
    const script = sessionScript();
    script.model(respond(script), sound(20), { type: 'end' });
    const voice = (name: string) =>
      script.client({ type: 'response.create', response: { audio: { output: { voice: name } } } })[0];
    expect(voice('ash')).toMatchObject({ error: { code: 'cannot_update_voice', param: null } });
    expect(voice('alloy')).toMatchObject({ type: 'response.created' });
  });

  it('with an input of its own adds the answer to the conversation, not the input', () => {
    const script = sessionScript();
    const content = [{ type: 'input_text' as const, text: 'Aside.' }];
    const id = respond(script, { ...text, input: [{ type: 'message', role: 'user', content }] });
    expect(asked(script).items.map(({ words }) => words)).toEqual(['Aside.']);
    script.model(id, { type: 'text', text: 'Yes.' }, { type: 'end' });
    expect(entriesOf(script.session.conversation.items).map(({ words }) => words)).toEqual(['Yes.']);
  });

  it('is how a client goes on after a call: the server does not', () => {
    const client = meet('replies: [{ steps: [{ call: { name: f } }] }]');
    client.send({ type: 'response.create' });
    const call = client.of('response.function_call_arguments.done')[0];
    expect(call).toMatchObject({ name: 'f', arguments: '{}' });
    const item = { type: 'function_call_output', call_id: call?.call_id, output: 'ok' };
    expect(typesOf(client.send({ type: 'conversation.item.create', item }))).toEqual([
      'conversation.item.added',
      'conversation.item.done',
    ]);
    client.clock.advance(60_000);
    expect(client.of('response.created')).toHaveLength(1);
  });
});

describe('a response', () => {
  it('makes one item after the other, several calls among them', () => {
    const client = meet(
      'replies: [{ steps: [{ say: "One moment." }, { call: { name: f } }, { call: { name: g, arguments: { a: 1 } } }] }]',
    );
    client.send(update({ output_modalities: ['text'] }));
    const events = client.send({ type: 'response.create' });
    const places = events.flatMap((event) =>
      event.type === 'response.output_item.added' || event.type === 'response.output_item.done'
        ? [`${event.output_index} ${event.item.type} ${event.type.slice(21)}`]
        : [],
    );
    expect(places).toEqual([
      '0 message added',
      '0 message done',
      '1 function_call added',
      '1 function_call done',
      '2 function_call added',
      '2 function_call done',
    ]);
    expect(client.of('response.done')[0]?.response.status).toBe('completed');
  });

  it('that calls a function without saying any arguments says {}', () => {
    const script = sessionScript();
    const events = script.model(respond(script), { type: 'call_start', name: 'f' }, { type: 'call_end' });
    expect(events.at(-1)).toMatchObject({ item: { type: 'function_call', status: 'completed', arguments: '{}' } });
    const said = events.flatMap((event) =>
      event.type === 'response.function_call_arguments.delta' ? [event.delta] : [],
    );
    expect(said.join('')).toBe('{}');
  });

  it('pads the deltas of text, so that their sizes tell less', () => {
    const client = meet('pace: { unit: char }\nreplies: [{ steps: [{ say: "Hello there" }] }]');
    client.send({ type: 'response.create', response: text });
    const deltas = client.of('response.output_text.delta');
    expect(deltas.length).toBe(11);
    for (const { delta, obfuscation } of deltas) expect(delta.length + (obfuscation ?? '').length).toBe(16);
  });

  it('in G.711 has a byte for each sample at 8 kHz', () => {
    const client = meet('replies: [{ steps: [{ say: "Hello" }] }]');
    client.send(update({ audio: { output: { format: { type: 'audio/pcma' } } } }));
    client.send({ type: 'response.create' });
    const bytes = client.of('response.output_audio.delta').map(({ delta }) => Buffer.from(delta, 'base64').length);
    // Five characters of 60 ms each.
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBe(5 * 60 * 8);
  });

  it('carries every key at its end as at its start', () => {
    const script = sessionScript();
    const id = respond(script, { metadata: { topic: 'x' } });
    const done = script.model(id, { type: 'end' }).at(-2);
    const created = script.events.find(({ type }) => type === 'response.created');
    if (created?.type !== 'response.created' || done?.type !== 'response.done') throw new Error('No response.');
    expect(Object.keys(done.response)).toEqual(Object.keys(created.response));
    expect(Object.values(done.response)).not.toContain(undefined);
    expect(done.response).toMatchObject({ metadata: { topic: 'x' }, status_details: null, usage: expect.any(Object) });
  });

  it('cancelled before it said anything has no output, but a usage', () => {
    const script = sessionScript();
    respond(script);
    const [done] = script.client({ type: 'response.cancel' });
    expect(done).toMatchObject({
      response: { status: 'cancelled', output: [], usage: { output_tokens: 0, total_tokens: expect.any(Number) } },
    });
  });

  it('stops when sound has used up max_output_tokens', () => {
    const script = sessionScript();
    const id = respond(script, { max_output_tokens: 2 });
    expect(typesOf(script.model(id, sound(100)))).toContain('response.output_audio.delta');
    const events = script.model(id, sound(50));
    expect(typesOf(events)).not.toContain('response.output_audio.delta');
    expect(events.at(-2)).toMatchObject({
      response: { status: 'incomplete', output: [{ status: 'incomplete' }], usage: { output_tokens: 2 } },
    });
  });

  it('stops when the arguments of a call have used up max_output_tokens', () => {
    const script = sessionScript();
    const id = respond(script, { max_output_tokens: 3 });
    script.model(id, { type: 'call_start', name: 'call' }, { type: 'call_arguments', delta: '{"a": 1,' });
    const events = script.model(id, { type: 'call_arguments', delta: ' "b": 2}' });
    expect(typesOf(events)[0]).toBe('response.function_call_arguments.done');
    expect(events.at(-2)).toMatchObject({
      response: { status_details: { reason: 'max_output_tokens' }, output: [{ arguments: '{"a": 1,' }] },
    });
  });
});

describe('a response out of band', () => {
  it('runs beside any number of others', () => {
    const script = sessionScript();
    const ids = [respond(script), respond(script, { conversation: 'none' }), respond(script, { conversation: 'none' })];
    expect(new Set(ids).size).toBe(3);
    for (const id of ids.toReversed()) {
      expect(typesOf(script.model(id, { type: 'text', text: 'Hm' }, { type: 'end' }))).toContain('response.done');
    }
    expect(entriesOf(script.session.conversation.items)).toHaveLength(1);
  });

  it('leaves nothing that can be retrieved, followed or read later', () => {
    const client = meet('replies: [{ steps: [{ say: "Secret" }] }]');
    client.send({ type: 'response.create', response: { ...text, conversation: 'none' } });
    const item_id = client.of('response.output_item.done')[0]?.item.id;
    expect(client.send({ type: 'conversation.item.retrieve', item_id })).toMatchObject([
      { error: { code: 'item_retrieve_invalid_item_id' } },
    ]);
    expect(client.send({ ...typed('Hi'), previous_item_id: item_id })).toMatchObject([
      { error: { code: 'item_create_invalid_previous_item_id' } },
    ]);
    expect(client.send(typed('Hi'))).toMatchObject([{ previous_item_id: null }, { previous_item_id: null }]);
  });
});
