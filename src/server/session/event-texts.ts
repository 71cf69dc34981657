import { serializeServerEvent } from '../../protocol/events/index.ts';
import type { Item, ServerEventMap } from '../../protocol/types.ts';
import type { Utf8 } from '../../wire/wire.ts';
import { type SoundOf, type WrittenRetrieved, writeRetrieved } from './retrieved.ts';
import {
  base64PiecesOf,
  holdsLong,
  longTextsOf,
  PieceWriter,
  piecesOf,
  type Written,
  type WrittenAhead,
} from './written.ts';

type ServerEvent = ServerEventMap[keyof ServerEventMap];
type Placed = ServerEventMap['conversation.item.added' | 'conversation.item.done'];

/** Below it, writing an item twice costs nothing that anybody notices. */
const longItem = 16_384;

/**
 * Events as text. An item that a client gives is told of twice in a row, as added and as done: a long one, such as a
 * picture of megabytes, is written once, and may be so before it is told of, a little at a time; so may one that a client
 * wants to see.
 */
export class EventTexts {
  #added: { readonly item: object; readonly text: Written } | null = null;
  /** Kept until the item is told of, or refused. */
  #prepared: WrittenAhead = new Map();

  /** Writes what takes long of an item that is about to be told of; each step takes a fraction of a millisecond. */
  *prepare(item: object): Generator<void, void> {
    if (!holdsLong(item)) return;
    const prepared = this.#preparing();
    for (const text of longTextsOf(item)) {
      const pieces: Uint8Array[] = [];
      prepared.set(text, pieces);
      for (const piece of piecesOf(text)) {
        pieces.push(Buffer.from(piece));
        yield;
      }
    }
  }

  /** Likewise the sound of an item that is about to be shown. */
  *prepareSounds(sounds: readonly Uint8Array[]): Generator<void, void> {
    const prepared = this.#preparing();
    for (const sound of sounds) {
      const pieces: Uint8Array[] = [];
      prepared.set(sound, pieces);
      for (const piece of base64PiecesOf(sound)) {
        pieces.push(piece);
        yield;
      }
    }
  }

  #preparing(): Map<string | Uint8Array, Utf8> {
    const prepared = new Map<string | Uint8Array, Utf8>();
    this.#prepared = prepared;
    return prepared;
  }

  /** An item that a client wants to see, with its sound. */
  retrieved(eventId: string, item: Item, soundOf: SoundOf): WrittenRetrieved {
    return writeRetrieved(eventId, item, soundOf, this.#takePrepared());
  }

  of(event: ServerEvent): Written {
    if (event.type !== 'conversation.item.added' && event.type !== 'conversation.item.done') {
      if (event.type === 'error') this.#prepared = new Map();
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
    const text = holdsLong(item) ? this.#longText(item) : JSON.stringify(item);
    if (type === 'conversation.item.added' && (typeof text !== 'string' || text.length > longItem))
      this.#added = { item, text };
    return text;
  }

  #longText(item: object): Written {
    return new PieceWriter(this.#takePrepared()).json(item).end();
  }

  #takePrepared(): WrittenAhead {
    const prepared = this.#prepared;
    this.#prepared = new Map();
    return prepared;
  }
}
