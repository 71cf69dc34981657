import { afterEach, describe, expect, it, vi } from 'vitest';
import { ServerEvent } from '../../protocol/events/index.ts';
import type { Item } from '../../protocol/types.ts';
import { EventTexts } from './event-texts.ts';
import { textOf } from './written.ts';

describe('an item that is told of twice', () => {
  it('has the text of its events, and a long one is written once', () => {
    let written = 0;
    const item: Item & { toJSON?: () => object } = {
      id: 'item_1',
      type: 'message',
      role: 'user',
      content: [{ type: 'input_text', text: 'x'.repeat(20_000) }],
    };
    const plain = { ...item };
    item.toJSON = () => {
      written += 1;
      return plain;
    };
    const texts = new EventTexts();
    for (const event of [
      { ...ServerEvent.conversationItemAdded('event_1', null, item), previous_item_id: 'item_0' },
      { ...ServerEvent.conversationItemDone('event_2', null, item), previous_item_id: 'item_0' },
    ]) {
      expect(JSON.parse(textOf(texts.of(event)))).toEqual({ ...event, item: plain });
    }
    expect(written).toBe(1);
  });
});

describe('an item that is written before it is told of', () => {
  const text = 'a "quoted" wörd, 語 and 🙂 '.repeat(20_000);
  const item: Item & { readonly id: string } = {
    id: 'item_1',
    type: 'message',
    role: 'user',
    content: [
      { type: 'input_text', text },
      { type: 'input_text', text: 'short' },
    ],
  };
  const added = ServerEvent.conversationItemAdded('event_1', null, item);

  /** How many long texts are written meanwhile. */
  function longsWritten(act: () => void): number {
    const written = vi.spyOn(JSON, 'stringify');
    act();
    const longs = written.mock.calls.filter(([value]) => typeof value === 'string' && value.length > 1000);
    written.mockRestore();
    return longs.length;
  }

  afterEach(() => vi.restoreAllMocks());

  it('is so slice by slice, and has the same text', () => {
    const texts = new EventTexts();
    const slices = Math.ceil(text.length / 65_536);
    expect([...texts.prepare(item)]).toHaveLength(slices);
    expect(longsWritten(() => expect(textOf(texts.of(added))).toBe(JSON.stringify(added)))).toBe(0);
    expect(longsWritten(() => texts.of(added))).toBe(0);
    expect(longsWritten(() => texts.of(added))).toBe(slices);
  });

  it('is so in no step where it is short', () => {
    expect([...new EventTexts().prepare({ ...item, content: [{ type: 'input_text', text: 'short' }] })]).toEqual([]);
  });

  it('is forgotten once it was refused', () => {
    const texts = new EventTexts();
    for (const _ of texts.prepare(item));
    texts.of({ type: 'error', event_id: 'event_1', error: { type: 'invalid_request_error', message: 'No.' } });
    expect(longsWritten(() => texts.of(added))).toBeGreaterThan(0);
  });
});
