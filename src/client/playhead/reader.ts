import type { AudioFormatName } from '../../audio/format.ts';
import type { SessionPayload } from '../../protocol/events/index.ts';
import { isBase64 } from '../audio/base64.ts';
import type { AnyServerEvent } from '../events/server-event.ts';
import { formatOf } from '../view/format-of.ts';
import { numberOf, objectOf, type ToldEvent, textOf, textOrNull } from '../view/told.ts';
import { base64Length } from './base64-length.ts';
import type { Cut } from './cut.ts';
import type { PlayQueue } from './play-queue.ts';
import type { PlayheadSource } from './source.ts';
import type { SpokenPart } from './spoken-part.ts';
import type { PartName, SpokenParts } from './spoken-parts.ts';

/** Sound that has come and is about to be played. */
export interface ReceivedSound {
  readonly itemId: string;
  /** Default 0. */
  readonly contentIndex?: number;
  readonly responseId?: string | null;
  /** Its length in bytes of its format. */
  readonly bytes: number;
  /** Default: that of its response, else of the session, else 24 kHz PCM. */
  readonly format?: AudioFormatName;
}

/** What to do about an event. */
export interface Reading {
  /** Play the sound of this event. */
  readonly play: boolean;
  /** Send these now. */
  readonly cuts: readonly Cut[];
}

const nothing: Reading = { play: false, cuts: [] };

/** Follows a session's events for a playhead. */
export class PlayheadReader {
  readonly #parts: SpokenParts;
  readonly #queue: PlayQueue;
  readonly #source: PlayheadSource;
  #session: SessionPayload | null = null;

  constructor(parts: SpokenParts, queue: PlayQueue, source: PlayheadSource) {
    this.#parts = parts;
    this.#queue = queue;
    this.#source = source;
  }

  read(event: AnyServerEvent): Reading {
    // From here on nothing of the event is taken for granted but its type.
    return this.#read(event as ToldEvent);
  }

  received(sound: ReceivedSound): Reading {
    const { contentIndex = 0, responseId = null, bytes, ...name } = sound;
    const { part, reading } = this.#begun({ ...name, contentIndex, responseId });
    const isUnplayed = part.state === 'over' || part.isMedia || this.#parts.isCut(part.responseId);
    if (isUnplayed || !(bytes > 0)) return reading;
    this.#source.queued();
    this.#queue.add(part, bytes);
    return { ...reading, play: true };
  }

  #read(event: ToldEvent): Reading {
    switch (event.type) {
      case 'response.content_part.added':
        return event.part?.type === 'audio' ? this.#begun(nameIn(event)).reading : nothing;
      case 'response.output_audio.delta':
        return this.received({ ...nameIn(event), bytes: soundBytes(event.delta) });
      case 'session.created':
        this.#parts.restart();
        this.#configure(event.session);
        return nothing;
      case 'session.updated':
        this.#configure(event.session);
        return nothing;
      default:
        this.#note(event);
        return nothing;
    }
  }

  /** Events after which there is nothing to do. */
  #note(event: ToldEvent): void {
    switch (event.type) {
      case 'response.created': {
        const response = objectOf(event.response);
        const isHidden = response?.conversation_id === null;
        return this.#parts.responseBegan(textOf(response?.id), { isHidden, format: formatOf(this.#session, response) });
      }
      case 'response.done':
        return this.#parts.responseEnded(textOf(event.response?.id));
      case 'response.output_audio.done':
      case 'response.content_part.done':
        return end(this.#partIn(event));
      case 'response.output_item.done':
        return this.#parts.ofItem(textOf(event.item?.id)).forEach(end);
      case 'conversation.item.deleted':
        return this.#parts.ofItem(textOf(event.item_id)).forEach(settle);
      case 'conversation.item.truncated':
        return truncated(this.#partIn(event), numberOf(event.audio_end_ms));
      // WebRTC: what the server plays.
      case 'output_audio_buffer.started':
        this.#source.queued();
        return this.#parts.aired(textOf(event.response_id));
      case 'output_audio_buffer.stopped':
        settle(this.#parts.onAir);
        return this.#parts.aired(null);
      case 'output_audio_buffer.cleared':
        return this.#parts.aired(null);
      default:
        return;
    }
  }

  #configure(told: unknown): void {
    // Its format is read with care; nothing else is looked at.
    this.#session = objectOf(told as SessionPayload | null);
    this.#parts.format = formatOf(this.#session, null);
  }

  /** A part that begins; one of an interrupted response is not to be heard, and goes. */
  #begun(name: PartName): { readonly part: SpokenPart; readonly reading: Reading } {
    const known = this.#parts.find(name.itemId, name.contentIndex);
    if (known !== null) return { part: known, reading: nothing };
    const part = this.#parts.begin(name);
    if (!this.#parts.isCut(name.responseId)) return { part, reading: nothing };
    part.state = 'over';
    const isFirst = this.#parts.ofItem(name.itemId).length === 1;
    if (!isFirst || part.isHidden || part.isMedia) return { part, reading: nothing };
    return { part, reading: { play: false, cuts: [{ kind: 'delete', item_id: name.itemId }] } };
  }

  #partIn({ item_id, content_index }: Naming): SpokenPart | null {
    return this.#parts.find(textOf(item_id), numberOf(content_index));
  }
}

/** Bytes of a piece of sound; none where it is damaged, so that it is not played. */
function soundBytes(delta: unknown): number {
  return isBase64(delta) ? base64Length(delta) : 0;
}

function end(part: SpokenPart | null): void {
  if (part !== null) part.isEnded = true;
}

/** What a server plays, it knows better than any statistics how much of it was heard. */
function truncated(part: SpokenPart | null, audioEndMs: number): void {
  if (part?.isMedia === true) part.playedMs = audioEndMs;
  settle(part);
}

function settle(part: SpokenPart | null): void {
  if (part !== null) part.state = 'over';
}

interface Naming {
  readonly item_id?: unknown;
  readonly content_index?: unknown;
  readonly response_id?: unknown;
}

function nameIn({ item_id, content_index, response_id }: Naming): PartName {
  return { itemId: textOf(item_id), contentIndex: numberOf(content_index), responseId: textOrNull(response_id) };
}
