import { ServerEvent, serializeServerEvent } from '../../protocol/events/index.ts';
import type { Item, ServerEventMap } from '../../protocol/types.ts';
import { holdsLong, levels, longText, PieceWriter, textOf, type Written, type WrittenAhead } from './written.ts';

type Retrieved = ServerEventMap['conversation.item.retrieved'];

/** The event brings no sound, the text all of it. */
export interface WrittenRetrieved {
  readonly event: Retrieved;
  readonly text: Written;
}

/** The sound that is kept for a part of an item; null where there is none. */
export type SoundOf = (contentIndex: number) => Uint8Array | null;

/** Where sound belongs in the text of an item. No text of a client's can hold it: there its quotes are escaped. */
const place = '"audio":""';

/**
 * `conversation.item.retrieved` with the sound that is kept for the item's parts, as base64 of the format it was spoken in
 * (behaviour §3.2). Base64 needs no escaping, so nothing need search megabytes of it: it is put in its place. `ahead`: what
 * is written of it already.
 */
// oxlint-disable-next-line max-params -- what the event brings
export function writeRetrieved(eventId: string, item: Item, soundOf: SoundOf, ahead?: WrittenAhead): WrittenRetrieved {
  const sounds = soundsIn(item, soundOf);
  const event = ServerEvent.conversationItemRetrieved(eventId, withPlaces(item, sounds));
  const heard = sounds.filter((sound) => sound !== null);
  if (heard.length === 0) {
    return {
      event,
      text: holdsLong(item) ? new PieceWriter(ahead).json(event, levels + 1).end() : serializeServerEvent(event),
    };
  }
  const between = serializeServerEvent(event).split(place);
  const writer = new PieceWriter(ahead);
  for (const [at, piece] of between.entries()) {
    const sound = heard[at - 1];
    if (sound !== undefined) writer.raw('"audio":').base64(sound);
    writer.raw(piece);
  }
  const isLong = heard.reduce((sum, { byteLength }) => sum + byteLength, 0) >= longText;
  return { event, text: isLong ? writer.end() : textOf(writer.end()) };
}

/** The sound of each part of an item; null where a part has none. */
export function soundsIn(item: Item, soundOf: SoundOf): readonly (Uint8Array | null)[] {
  return item.type === 'message' ? item.content.map(({ type }, at) => (isSound(type) ? soundOf(at) : null)) : [];
}

function isSound(type: string | undefined): boolean {
  return type === 'input_audio' || type === 'output_audio';
}

/** The item, with room for the sound of each part that has some. */
function withPlaces(item: Item, sounds: readonly (Uint8Array | null)[]): Item {
  if (item.type !== 'message' || item.role === 'system') return item;
  const placeAt = (index: number): { audio: string } | undefined =>
    (sounds[index] ?? null) === null ? undefined : { audio: '' };
  return item.role === 'user'
    ? { ...item, content: item.content.map((part, index) => ({ ...part, ...placeAt(index) })) }
    : { ...item, content: item.content.map((part, index) => ({ ...part, ...placeAt(index) })) };
}
