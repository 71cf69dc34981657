import type { ServerEventMap } from '../../protocol/types.ts';
import { type Draft, eventOf } from '../draft.ts';
import { entriesOf } from './item-list.ts';

/** Tells a client that is back of every item, in order, as it is now: added, and done where it is. */
export function retellItems(draft: Draft): void {
  let previous_item_id: string | null = null;
  for (const { item, saidBy } of entriesOf(draft.session.conversation.items)) {
    retell(draft, 'conversation.item.added', { item, previous_item_id });
    if (saidBy === null) retell(draft, 'conversation.item.done', { item, previous_item_id });
    previous_item_id = item.id;
  }
}

function retell<Name extends 'conversation.item.added' | 'conversation.item.done'>(
  draft: Draft,
  type: Name,
  fields: Omit<ServerEventMap[Name], 'type' | 'event_id'>,
): void {
  draft.effects.push({ do: 'retell', event: eventOf(draft, type, fields) });
}
