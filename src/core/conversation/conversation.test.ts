import { describe, expect, it } from 'vitest';
import type { Item } from '../../protocol/types.ts';
import { type SessionScript, sessionScript, typesOf } from '../../testing/session-script.ts';
import { entriesOf } from './item-list.ts';

function user(text: string, id?: string): Item {
  const message = { type: 'message', role: 'user', content: [{ type: 'input_text', text }] } as const;
  return { ...message, content: [...message.content], ...(id === undefined ? {} : { id }) };
}

function image(url?: string): Item {
  const part = { type: 'input_image' as const, ...(url === undefined ? {} : { image_url: url }) };
  return { type: 'message', role: 'user', content: [part] };
}

function create(script: SessionScript, item: Item, previous?: string) {
  return script.client({
    type: 'conversation.item.create',
    event_id: 'e1',
    item,
    ...(previous === undefined ? {} : { previous_item_id: previous }),
  });
}

const order = (script: SessionScript) => entriesOf(script.session.conversation.items).map(({ item }) => item.id);

describe('conversation.item.create', () => {
  it('adds an item with the client’s id, completed, and starts no response', () => {
    const script = sessionScript();
    const events = create(script, user('Hi', 'a'));
    expect(typesOf(events)).toEqual(['conversation.item.added', 'conversation.item.done']);
    expect(events[0]).toMatchObject({ previous_item_id: null, item: { id: 'a', status: 'completed' } });
  });

  it('gives an id where the client gave none', () => {
    expect(create(sessionScript(), user('Hi'))[0]).toMatchObject({ item: { id: expect.stringMatching(/^item_/) } });
  });

  it('puts items where they are asked for', () => {
    const script = sessionScript();
    create(script, user('1', 'a'));
    create(script, user('2', 'c'));
    expect(create(script, user('3', 'b'), 'a')[0]).toMatchObject({ previous_item_id: 'a' });
    expect(create(script, user('4', 'first'), 'root')[0]).toMatchObject({ previous_item_id: null });
    create(script, user('5', 'last'), '');
    expect(order(script)).toEqual(['first', 'a', 'b', 'c', 'last']);
  });

  it.each([
    ['an id that exists', user('x', 'a'), undefined, 'item_create_duplicate_item_id', null],
    ['an unknown place', user('x'), 'nowhere', 'item_create_invalid_previous_item_id', null],
    [
      'an output of no call',
      { type: 'function_call_output', call_id: 'c9', output: '' } as Item,
      undefined,
      'invalid_tool_call_id',
      'item.call_id',
    ],
    [
      'assistant audio',
      { type: 'message', role: 'assistant', content: [{ type: 'output_audio' }] } as Item,
      undefined,
      'invalid_value',
      'item.content[0].type',
    ],
    ['an id that means a place', user('x', 'root'), undefined, 'invalid_value', 'item.id'],
    [
      'an image that is elsewhere',
      image('https://example.com/a.png'),
      undefined,
      'invalid_value',
      'item.content[0].image_url',
    ],
    [
      'an image of another kind',
      image('data:image/gif;base64,AAAA'),
      undefined,
      'invalid_value',
      'item.content[0].image_url',
    ],
    ['no image at all', image(), undefined, 'missing_required_parameter', 'item.content[0].image_url'],
  ])('refuses %s and adds nothing', (_name, item, previous, code, param) => {
    const script = sessionScript();
    create(script, user('1', 'a'));
    const events = create(script, item, previous);
    expect(events).toMatchObject([{ type: 'error', error: { code, param, event_id: 'e1' } }]);
    expect(order(script)).toEqual(['a']);
  });

  it('takes a history: calls, their outputs and assistant texts', () => {
    const script = sessionScript();
    create(script, { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' });
    create(script, { type: 'function_call_output', call_id: 'c1', output: 'ok' });
    create(script, { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Done.' }] });
    expect(script.events.filter(({ type }) => type === 'error')).toEqual([]);
    expect(order(script)).toHaveLength(3);
  });

  it('keeps user audio outside the item, whose transcript key stays', () => {
    const script = sessionScript();
    const item: Item = { type: 'message', role: 'user', id: 'u', content: [{ type: 'input_audio', audio: 'AAAA' }] };
    const events = script.client({ type: 'conversation.item.create', item }, [new Uint8Array(4800)]);
    expect(events[0]).toMatchObject({ item: { content: [{ type: 'input_audio', transcript: null }] } });
    expect(JSON.stringify(events)).not.toContain('AAAA');
    expect(script.effects).toContainEqual(expect.objectContaining({ do: 'keep-given', itemId: 'u', contentIndex: 0 }));
  });
});

describe('conversation.item.delete and retrieve', () => {
  it('deletes, and lets the id live again', () => {
    const script = sessionScript();
    create(script, user('1', 'a'));
    create(script, user('2', 'b'));
    expect(typesOf(script.client({ type: 'conversation.item.delete', item_id: 'a' }))).toEqual([
      'conversation.item.deleted',
    ]);
    expect(create(script, user('1', 'a'))[0]).toMatchObject({ previous_item_id: 'b' });
  });

  it('retrieves what is there', () => {
    const script = sessionScript();
    create(script, user('1', 'a'));
    expect(script.client({ type: 'conversation.item.retrieve', item_id: 'a' })).toMatchObject([
      { type: 'conversation.item.retrieved', item: { id: 'a' } },
    ]);
  });

  it.each([
    ['conversation.item.delete', 'item_delete_invalid_item_id'],
    ['conversation.item.retrieve', 'item_retrieve_invalid_item_id'],
  ] as const)('answers %s of an unknown item with an error', (type, code) => {
    expect(sessionScript().client({ type, item_id: 'x', event_id: 'e' })).toMatchObject([
      { type: 'error', error: { code, param: null, event_id: 'e' } },
    ]);
  });
});

/** A session whose assistant has said 1000 ms of audio in an item of id `spoken`. */
function spoken(finished: boolean): { script: SessionScript; itemId: string; responseId: string } {
  const script = sessionScript();
  const [created] = script.client({ type: 'response.create' });
  const responseId = created?.type === 'response.created' ? (created.response.id ?? '') : '';
  const [added] = script.model(responseId, { type: 'text', text: 'One two three four' });
  script.model(responseId, { type: 'audio', audio: new Uint8Array(48_000) });
  if (finished) script.model(responseId, { type: 'end' });
  const itemId = added?.type === 'response.output_item.added' ? (added.item.id ?? '') : '';
  return { script, itemId, responseId };
}

describe('conversation.item.truncate', () => {
  const truncate = (script: SessionScript, item_id: string, audio_end_ms: number) =>
    script.client({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms });

  it('cuts the audio and the transcript, and leaves the model the words that were heard', () => {
    const { script, itemId } = spoken(true);
    const events = truncate(script, itemId, 500);
    expect(events).toMatchObject([{ type: 'conversation.item.truncated', item_id: itemId, audio_end_ms: 500 }]);
    const [retrieved] = script.client({ type: 'conversation.item.retrieve', item_id: itemId });
    expect(retrieved).toMatchObject({ item: { content: [{ type: 'output_audio' }] } });
    expect(JSON.stringify(retrieved)).not.toContain('One');
    expect(entriesOf(script.session.conversation.items)[0]?.words).toBe('One two');
  });

  it('leaves the model no transcript of what nobody heard', () => {
    const { script, itemId } = spoken(true);
    truncate(script, itemId, 500);
    script.client({ type: 'response.create' });
    const asked = script.effects.find((effect) => effect.do === 'respond');
    expect(asked).toMatchObject({ request: { items: [{ words: 'One two', item: { id: itemId } }] } });
    expect(JSON.stringify(asked)).not.toContain('four');
  });

  it('leaves the words of the clauses that were heard, each by its own sound', () => {
    const script = sessionScript();
    const [created] = script.client({ type: 'response.create' });
    const responseId = created?.type === 'response.created' ? (created.response.id ?? '') : '';
    script.model(
      responseId,
      { type: 'text', text: 'Yes. ' },
      { type: 'audio', audio: new Uint8Array(48_000) },
      { type: 'text', text: 'And now a clause that is long and quickly said.' },
      { type: 'audio', audio: new Uint8Array(48_000) },
      { type: 'end' },
    );
    const itemId = entriesOf(script.session.conversation.items)[0]?.item.id ?? '';
    truncate(script, itemId, 1500);
    expect(entriesOf(script.session.conversation.items)[0]?.words).toBe('Yes. And now a clause that');
    truncate(script, itemId, 1000);
    expect(entriesOf(script.session.conversation.items)[0]?.words).toBe('Yes.');
  });

  it('leaves of an interrupted item no words that had no sound yet', () => {
    const script = sessionScript();
    const [created] = script.client({ type: 'response.create' });
    const responseId = created?.type === 'response.created' ? (created.response.id ?? '') : '';
    script.model(
      responseId,
      { type: 'text', text: 'Said. ' },
      { type: 'audio', audio: new Uint8Array(4800) },
      { type: 'text', text: 'Never said.' },
    );
    script.client({ type: 'response.cancel' });
    const [entry] = entriesOf(script.session.conversation.items);
    expect(entry).toMatchObject({ words: 'Said. ', item: { content: [{ transcript: 'Said. Never said.' }] } });
  });

  it('asks for the audio to be cut to the same length', () => {
    const { script, itemId } = spoken(true);
    truncate(script, itemId, 500);
    expect(script.effects).toContainEqual({ do: 'trim-audio', itemId, bytes: 24_000 });
  });

  it('works while the item still streams, and nothing that comes later enters it', () => {
    const { script, itemId, responseId } = spoken(false);
    expect(typesOf(truncate(script, itemId, 500))).toEqual(['conversation.item.truncated']);
    script.model(responseId, { type: 'text', text: ' five' }, { type: 'audio', audio: new Uint8Array(480) });
    expect(script.effects).toContainEqual(expect.objectContaining({ do: 'emit-audio', keep: false }));
    script.model(responseId, { type: 'end' });
    const [retrieved] = script.client({ type: 'conversation.item.retrieve', item_id: itemId });
    expect(JSON.stringify(retrieved)).not.toContain('five');
    expect(entriesOf(script.session.conversation.items)[0]).toMatchObject({
      words: 'One two',
      item: { status: 'completed' },
    });
  });

  it('accepts everything up to the length, and zero', () => {
    const { script, itemId } = spoken(true);
    expect(truncate(script, itemId, 1000)[0]?.type).toBe('conversation.item.truncated');
    expect(truncate(script, itemId, 0)[0]?.type).toBe('conversation.item.truncated');
  });

  it.each([
    ['past the end', (id: string) => id, 1001, 'invalid_value', 'audio_end_ms'],
    ['an unknown item', () => 'x', 1, 'item_truncate_invalid_item_id', null],
    ['a typed item', () => 'typed', 1, 'unsupported_content_type', null],
  ] as const)('refuses to truncate %s', (_name, idOf, ms, code, param) => {
    const { script, itemId } = spoken(true);
    create(script, user('x', 'typed'));
    expect(truncate(script, idOf(itemId), ms)).toMatchObject([{ type: 'error', error: { code, param } }]);
  });
});
