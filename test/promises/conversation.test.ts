import { describe, expect, it } from 'vitest';
import { entriesOf } from '../../src/core/conversation/item-list.ts';
import { type SessionScript, sessionScript, typesOf } from '../../src/testing/session-script.ts';
import { append, meet, typed, update } from './memory-client.ts';

function respond(script: SessionScript): string {
  const [created] = script.client({ type: 'response.create' });
  return created?.type === 'response.created' ? (created.response.id ?? '') : '';
}

/** What the newest response was asked of the model. */
function asked(script: SessionScript) {
  const effect = script.effects.find((each) => each.do === 'respond');
  if (effect?.do !== 'respond') throw new Error('No response was started.');
  return effect.request;
}

function say(script: SessionScript, id: string, text: string) {
  const content = [{ type: 'input_text' as const, text }];
  return script.client({
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', id, content },
  });
}

describe('an item', () => {
  it('that comes after a deleted one follows what was before it', () => {
    const script = sessionScript();
    for (const id of ['a', 'b', 'c']) say(script, id, id);
    script.client({ type: 'conversation.item.delete', item_id: 'c' });
    expect(say(script, 'd', 'd')[0]).toMatchObject({ previous_item_id: 'b' });
    script.client({ type: 'conversation.item.delete', item_id: 'a' });
    const [added] = script.client({
      type: 'conversation.item.create',
      previous_item_id: 'root',
      item: { type: 'message', role: 'user', id: 'e', content: [] },
    });
    expect(added).toMatchObject({ previous_item_id: null });
    expect(entriesOf(script.session.conversation.items).map(({ item }) => item.id)).toEqual(['e', 'b', 'd']);
  });

  it('added while a response runs is for the next one', () => {
    const script = sessionScript();
    say(script, 'a', 'one');
    const running = respond(script);
    expect(asked(script).items.map(({ item }) => item.id)).toEqual(['a']);
    expect(typesOf(say(script, 'b', 'two'))).toEqual(['conversation.item.added', 'conversation.item.done']);
    script.model(running, { type: 'text', text: 'Hm' }, { type: 'end' });
    respond(script);
    expect(asked(script).items.map(({ words }) => words)).toEqual(['one', 'two', 'Hm']);
  });

  it('can be retrieved while it is being said, with what it holds so far', () => {
    const script = sessionScript();
    const [added] = script.model(respond(script), { type: 'text', text: 'Well' });
    const item_id = added?.type === 'response.output_item.added' ? (added.item.id ?? '') : '';
    expect(script.client({ type: 'conversation.item.retrieve', item_id })).toMatchObject([
      { item: { id: item_id, status: 'in_progress', content: [{ type: 'output_audio', transcript: 'Well' }] } },
    ]);
  });

  it('that was cut off can be truncated', () => {
    const script = sessionScript();
    script.model(respond(script), { type: 'text', text: 'One two' }, { type: 'audio', audio: new Uint8Array(48_000) });
    script.client({ type: 'response.cancel' });
    const item_id = entriesOf(script.session.conversation.items)[0]?.item.id ?? '';
    const asking = { type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: 600 } as const;
    expect(typesOf(script.client(asking))).toEqual(['conversation.item.truncated']);
    respond(script);
    expect(asked(script).items).toMatchObject([{ words: 'One' }]);
  });

  it('keeps the call_id under which a client replays a call', () => {
    const script = sessionScript();
    const call = { type: 'function_call', id: 'f1', call_id: 'call_mine', name: 'f', arguments: '{"a":1}' } as const;
    expect(script.client({ type: 'conversation.item.create', item: call })[0]).toMatchObject({
      item: { ...call, status: 'completed' },
    });
  });

  it('may show the model an image', () => {
    const script = sessionScript();
    const image_url = 'data:image/png;base64,AAAA';
    const content = [{ type: 'input_image' as const, image_url }];
    script.client({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } });
    respond(script);
    expect(asked(script).items).toMatchObject([{ item: { content: [{ type: 'input_image', image_url }] } }]);
  });

  it('of an assistant in the words of the beta is refused', () => {
    const item = { type: 'message', role: 'assistant', content: [{ type: 'text', text: 'Hi' }] };
    expect(meet('{}').send({ type: 'conversation.item.create', item })).toMatchObject([
      { error: { code: 'invalid_value', param: 'item.content[0].type' } },
    ]);
  });
});

describe('a truncation', () => {
  it('rounds the length of the audio up, so that an honest client is never refused', () => {
    const script = sessionScript();
    script.model(respond(script), { type: 'audio', audio: new Uint8Array(48 * 100 + 2) }, { type: 'end' });
    const item_id = entriesOf(script.session.conversation.items)[0]?.item.id ?? '';
    const truncate = (audio_end_ms: number) =>
      script.client({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms });
    expect(truncate(102)).toMatchObject([{ error: { message: expect.stringContaining('101ms is already shorter') } }]);
    expect(typesOf(truncate(101))).toEqual(['conversation.item.truncated']);
  });
});

describe('the context window', () => {
  it('counts instructions and tools first, and never drops them', () => {
    const script = sessionScript({ rules: { instructionTokens: 30_000 } });
    const instructions = 'word'.repeat(20_000);
    const tools = [{ type: 'function' as const, name: 'f', description: 'word'.repeat(5000) }];
    script.client({ type: 'session.update', session: { type: 'realtime', instructions, tools } });
    for (const id of ['a', 'b', 'c']) say(script, id, 'word'.repeat(1500));
    respond(script);
    const { items, ...rest } = asked(script);
    expect(rest).toMatchObject({ instructions, tools });
    expect(items.map(({ item }) => item.id)).toEqual(['b', 'c']);
  });

  it('takes 100 ms of the user for a token, and 50 ms of the assistant', () => {
    const client = meet('hear: ["hello"]\nreplies: [{ steps: [{ say: "12345" }] }]');
    client.send(update({ audio: { input: { turn_detection: null } } }));
    client.send(append(1000));
    client.send({ type: 'input_audio_buffer.commit' });
    client.send({ type: 'response.create' });
    expect(client.of('response.done')[0]?.response.usage).toMatchObject({
      input_token_details: { audio_tokens: 10 },
      output_token_details: { audio_tokens: 6 },
    });
  });

  it('is read whole in every turn', () => {
    const client = meet('replies: [{ steps: [{ say: "Yes." }] }]');
    client.send(update({ output_modalities: ['text'], instructions: '' }));
    for (const text of ['one two three', 'four five six']) {
      client.send(typed(text));
      client.send({ type: 'response.create' });
    }
    const read = client.of('response.done').map(({ response }) => response.usage?.input_tokens ?? 0);
    expect(read).toEqual([4, 4 + 1 + 4]);
  });
});
