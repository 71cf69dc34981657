import { type MessageView, type ViewItem, wordsOf } from '../../src/client/view/item.ts';
import { emptyView, type View, type ViewOptions } from '../../src/client/view/state.ts';
import { foldAll } from '../../src/client/view/view.ts';
import type { Item } from '../../src/protocol/events/index.ts';

export type Told = { readonly type: string; readonly [field: string]: unknown };

export const folded = (events: readonly Told[], options: ViewOptions = {}): View => foldAll(emptyView(options), events);
export const shown = (view: View): string[] => view.items.map((item) => `${item.id}: ${wordsOf(item)}`);
export const ids = (view: View): string => view.items.map(({ id }) => id).join(' ');

export function text(id: string, words = id, role: 'user' | 'assistant' = 'user'): Item {
  return role === 'user'
    ? { type: 'message', role, id, status: 'completed', content: [{ type: 'input_text', text: words }] }
    : { type: 'message', role, id, status: 'completed', content: [{ type: 'output_text', text: words }] };
}
export const speech = (id: string): Item => ({
  type: 'message',
  role: 'user',
  id,
  status: 'completed',
  content: [{ type: 'input_audio', transcript: null }],
});
export const begun = (id: string): Item => ({
  type: 'message',
  role: 'assistant',
  id,
  status: 'in_progress',
  content: [],
});
export const added = (item: Item, previous?: string | null): Told => ({
  type: 'conversation.item.added',
  item,
  ...(previous === undefined ? {} : { previous_item_id: previous }),
});
export const created = (id: string, more: object = {}): Told => ({
  type: 'response.created',
  response: { id, status: 'in_progress', conversation_id: 'conv_1', output: [], ...more },
});
export const done = (id: string, status = 'completed', more: object = {}): Told => ({
  type: 'response.done',
  response: { id, status, conversation_id: 'conv_1', output: [], ...more },
});
export const output = (response_id: string, item: Item): Told => ({
  type: 'response.output_item.added',
  response_id,
  item,
});
export const delta = (type: string, item_id: string, words: string, response_id = 'resp_1'): Told => ({
  type: `response.${type}.delta`,
  response_id,
  item_id,
  output_index: 0,
  content_index: 0,
  delta: words,
});
export const heard = (what: string, item_id: string, more: object): Told => ({
  type: `conversation.item.input_audio_transcription.${what}`,
  item_id,
  content_index: 0,
  ...more,
});
export const message = (item: ViewItem | undefined): MessageView => {
  if (item?.kind !== 'message') throw new Error('not a message');
  return item;
};
export const session = (id: string, more: object = {}): Told => ({
  type: 'session.created',
  session: { id, type: 'realtime', ...more },
});
