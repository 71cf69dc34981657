import { type AudioFormatName, audioFormats } from '../../audio/format.ts';
import { heardSpeech, marked, type SaidAloud, voicedWords } from '../../audio/heard-words.ts';
import { bytesToTicks, ticksPerMs } from '../../audio/span.ts';
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
  /** What was said of it so far, or written down of what the user said; null if nothing was seen of that. */
  said: SaidAloud | null;
  /** What was written of it so far. */
  text: string;
  /** It was truncated: `said` is what was heard, and nothing is added to it. */
  isCut: boolean;
  isDone: boolean;
}

const nothingSaid: SaidAloud = { transcript: '', ticks: 0, marks: [] };

/** Items kept; the oldest go first. */
export const maxItems = 1_000;

/** What is needed to tell a new session what was said in the last one. No sound is kept. */
export class ConversationRecord {
  #items: RecordedItem[] = [];
  #session: AudioOutput['format'];
  /** Of the response that runs. */
  #format: AudioOutput['format'];
  /** Sound goes another way than the events: how much of it there is, nobody knows. */
  #isMedia = false;

  /** In the conversation's order. */
  get items(): readonly RecordedItem[] {
    return this.#items;
  }

  /** The event tells again what it has told before. */
  knows(event: AnyServerEvent): boolean {
    if (event.type !== 'conversation.item.added' && event.type !== 'conversation.item.done') return false;
    const held = this.#find(event.item.id);
    return held !== undefined && (held.isDone || event.type === 'conversation.item.added');
  }

  clear(): void {
    this.#items = [];
  }

  /** The words that were heard of an answer, '' for none; null if nothing was seen of how it came. */
  heardOf(held: RecordedItem): string | null {
    if (held.said === null) return held.text || null;
    return held.text + this.#spoken(held, held.said).transcript;
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
      case 'output_audio_buffer.started':
        this.#isMedia = true;
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
      // Either may come first, and the connection may break between the two.
      case 'response.output_item.done':
      case 'conversation.item.done':
        held.item = event.item;
        held.isDone = true;
        break;
      case 'conversation.item.truncated':
        this.#cut(held, event.audio_end_ms * ticksPerMs);
        break;
      case 'conversation.item.input_audio_transcription.completed':
        held.said = { ...nothingSaid, transcript: event.transcript };
        break;
      case 'response.output_text.delta':
        held.text = grown(held.text, event.delta);
        break;
      case 'response.output_audio_transcript.delta':
        this.#say(held, event.delta, 0);
        break;
      case 'response.output_audio.delta':
        this.#say(held, '', ticksOf(event.delta, this.#format?.type));
        break;
      default:
    }
  }

  /** Words or sound, in the order in which they come. Of an answer that was cut, nothing more is heard. */
  #say(held: RecordedItem, words: string, ticks: number): void {
    if (held.isCut) return;
    const said = held.said ?? nothingSaid;
    const marks = words === '' ? said.marks : marked(said);
    held.said = { transcript: grown(said.transcript, words), ticks: said.ticks + ticks, marks };
  }

  #cut(held: RecordedItem, heardTicks: number): void {
    if (held.said !== null || heardTicks === 0)
      held.said = heardSpeech(this.#spoken(held, held.said ?? nothingSaid), heardTicks);
    held.isCut = true;
  }

  /** Of an answer that did not come to its end, the words that no sound came after were not said. */
  #spoken({ item, isCut, isDone }: RecordedItem, said: SaidAloud): SaidAloud {
    const isWhole = isDone && !('status' in item && item.status === 'incomplete');
    return isWhole || isCut || this.#isMedia ? said : { ...said, transcript: voicedWords(said) };
  }

  #add(item: Item, previousId: string | null): void {
    const { id } = item;
    if (id === undefined || this.#find(id) !== undefined) return;
    const place = this.#items.findIndex((held) => held.id === previousId) + 1;
    const isKnown = previousId === null || place > 0;
    const held = { id, item, said: null, text: '', isCut: false, isDone: false };
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
function ticksOf(sound: string, format: AudioFormatName = 'audio/pcm'): number {
  return bytesToTicks(base64Length(sound), Object.hasOwn(audioFormats, format) ? format : 'audio/pcm');
}
