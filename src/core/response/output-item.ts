import type { Item } from '../../protocol/types.ts';
import { begin } from '../conversation/conversation.ts';
import { type Draft, emit } from '../draft.ts';
import type { ActiveResponse } from '../session.ts';

/** A response begins its next item: told as its output, and as an item of the conversation unless it is out-of-band. */
export function announceItem(draft: Draft, response: ActiveResponse, item: Item & { id: string }): void {
  emit(draft, 'response.output_item.added', { response_id: response.id, output_index: response.output.length, item });
  if (!response.params.outOfBand) begin(draft, item, response.id);
}
