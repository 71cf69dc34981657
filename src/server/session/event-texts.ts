import { serializeServerEvent } from '../../protocol/events/index.ts';
import type { ServerEventMap } from '../../protocol/types.ts';
import { holdsLong, PieceWriter, type Written } from './written.ts';

type ServerEvent = ServerEventMap[keyof ServerEventMap];
type Placed = ServerEventMap['conversation.item.added' | 'conversation.item.done'];

/** Below it, writing an item twice costs nothing that anybody notices. */
const longItem = 16_384;

/**
 * Events as text. An item that a client gives is told of twice in a row, as added and as done: a long one, such as a
 * picture of megabytes, is written once.
 */
export class EventTexts {
  #added: { readonly item: object; readonly text: Written } | null = null;

  of(event: ServerEvent): Written {
    if (event.type !== 'conversation.item.added' && event.type !== 'conversation.item.done') {
      return serializeServerEvent(event);
    }
    const item = this.#itemText(event);
    const { item: _item, ...rest } = event;
    const head = `${serializeServerEvent(rest).slice(0, -1)},"item":`;
    return typeof item === 'string' ? `${head}${item}}` : new PieceWriter().raw(head).written(item).raw('}').end();
  }

  #itemText({ type, item }: Placed): Written {
    const known = this.#added;
    this.#added = null;
    if (known?.item === item) return known.text;
    const text = holdsLong(item) ? new PieceWriter().json(item).end() : JSON.stringify(item);
    if (type === 'conversation.item.added' && (typeof text !== 'string' || text.length > longItem))
      this.#added = { item, text };
    return text;
  }
}
