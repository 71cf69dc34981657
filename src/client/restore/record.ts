import { type AudioFormatName, audioFormats } from '../../audio/format.ts';
import type { AudioOutput, Item, SessionPayload } from '../../protocol/events/index.ts';
import { grown } from '../events/bounded.ts';
import type { AnyServerEvent } from '../events/server-event.ts';
import { base64Length } from '../playhead/base64-length.ts';
import { itemOf } from '../requests/answers.ts';

/** An item as far as it must be known to be told again. */
export interface RecordedItem {
  readonly id: string;
  /** As the server showed it last. */
  item: Item;
  /** What was spoken of it so far, in words, and in milliseconds of sound. */
  transcript: string;
  spokenMs: number;
  /** What was written of it so far. */
  text: string;
  /** What was heard before it was cut; null unless it was truncated. */
  heardMs: number | null;
  isDone: boolean;
}

/** Items kept; the oldest go first. */
export const maxItems = 1_000;

/** What is needed to tell a new session what was said in the last one. No sound is kept. */
export class ConversationRecord {
  #items: RecordedItem[] = [];
  #session: AudioOutput['format'];
  /** Of the response that runs. */
  #format: AudioOutput['format'];

  /** In the conversation's order. */
  get items(): readonly RecordedItem[] {
    return this.#items;
  }

  clear(): void {
    this.#items = [];
  }

  take(event: AnyServerEvent): void {
    switch (event.type) {
      case 'session.created':
      case 'session.updated':
        this.#session = outputFormatOf(event.session);
        return;
      case 'response.created':
        this.#format = event.response.audio?.output?.format ?? this.#session;
        return;
      case 'conversation.item.added':
      case 'conversation.item.created':
        return this.#add(event.item, event.previous_item_id ?? null);
      case 'conversation.item.deleted':
        this.#items = this.#items.filter(({ id }) => id !== event.item_id);
        return;
      default:
        return this.#change(event, this.#find(itemOf(event)));
    }
  }

  #change(event: AnyServerEvent, held: RecordedItem | undefined): void {
    if (held === undefined) return;
    switch (event.type) {
      case 'conversation.item.done':
        held.item = event.item;
        held.isDone = true;
        break;
      case 'conversation.item.truncated':
        held.heardMs = event.audio_end_ms;
        break;
      case 'conversation.item.input_audio_transcription.completed':
        held.transcript = event.transcript;
        break;
      case 'response.output_text.delta':
        held.text = grown(held.text, event.delta);
        break;
      case 'response.output_audio_transcript.delta':
        held.transcript = grown(held.transcript, event.delta);
        break;
      case 'response.output_audio.delta':
        held.spokenMs += base64Length(event.delta) / bytesPerMs(this.#format?.type);
        break;
      default:
    }
  }

  #add(item: Item, previousId: string | null): void {
    const { id } = item;
    if (id === undefined || this.#find(id) !== undefined) return;
    const place = this.#items.findIndex((held) => held.id === previousId) + 1;
    const isKnown = previousId === null || place > 0;
    const held = { id, item, transcript: '', spokenMs: 0, text: '', heardMs: null, isDone: false };
    this.#items.splice(isKnown ? place : this.#items.length, 0, held);
    if (this.#items.length > maxItems) this.#items.shift();
  }

  #find(id: unknown): RecordedItem | undefined {
    // What is said belongs to the newest items.
    return this.#items.findLast((held) => held.id === id);
  }
}

function outputFormatOf(session: SessionPayload): AudioOutput['format'] {
  return session.type === 'realtime' ? session.audio?.output?.format : undefined;
}

/** Of a format that nobody knows, as if it were PCM. */
function bytesPerMs(format: AudioFormatName = 'audio/pcm'): number {
  const { sampleRate, bytesPerSample } = audioFormats[Object.hasOwn(audioFormats, format) ? format : 'audio/pcm'];
  return (sampleRate * bytesPerSample) / 1000;
}
