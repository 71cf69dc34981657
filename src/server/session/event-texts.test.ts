import { describe, expect, it } from 'vitest';
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
