import { isJsonObject, type JsonObject } from '../protocol/json.ts';
import { at } from './sound-formats.ts';

/** An item of a conversation, as far as it has a meaning. */
export interface ViewedItem {
  /** `message`, `function_call` … with its role: `user message`. */
  readonly kind: string;
  /** What was said or written in it; of a call its name and arguments, of an output the output. */
  readonly text: string;
}

/** What a session came to, whatever its ids, deltas and times were. */
export interface SessionView {
  readonly items: readonly ViewedItem[];
  /** How each response ended: `completed`, `cancelled: turn_detected`. */
  readonly responses: readonly string[];
  /** Codes of errors that the client was told. */
  readonly errors: readonly string[];
  /** The events that make turns, in order. */
  readonly turns: readonly string[];
}

/** Events that make turns, by what a reader calls them. */
const turnEvents: Readonly<Record<string, string>> = {
  'input_audio_buffer.speech_started': 'speech started',
  'input_audio_buffer.speech_stopped': 'speech stopped',
  'input_audio_buffer.committed': 'committed',
  'input_audio_buffer.timeout_triggered': 'timeout',
  'response.created': 'response created',
  'response.done': 'response done',
};

/** Folds what a server says into what it comes to. */
export class ViewFold {
  readonly #items = new Map<string, ViewedItem>();
  readonly #transcripts = new Map<string, string>();
  readonly #responses: string[] = [];
  readonly #errors: string[] = [];
  readonly #turns: string[] = [];

  get view(): SessionView {
    const items = Array.from(this.#items, ([id, item]) => ({
      ...item,
      text: item.text || (this.#transcripts.get(id) ?? ''),
    }));
    return { items, responses: this.#responses, errors: this.#errors, turns: this.#turns };
  }

  /** Takes the next event of the server's. */
  read(event: JsonObject): void {
    const type = String(event['type']);
    const turn = turnEvents[type];
    if (turn !== undefined) this.#turns.push(turn);
    switch (type) {
      case 'conversation.item.added':
      case 'conversation.item.created':
      case 'conversation.item.done':
      case 'response.output_item.added':
      case 'response.output_item.done':
        return this.#item(event['item']);
      case 'conversation.item.deleted':
        return void this.#items.delete(String(event['item_id']));
      case 'conversation.item.input_audio_transcription.completed':
        return void this.#transcripts.set(String(event['item_id']), String(event['transcript']));
      case 'response.done':
        return void this.#responses.push(endOf(event['response']));
      case 'error':
        return void this.#errors.push(String(at(event, 'error', 'code') ?? at(event, 'error', 'type')));
      default:
        return;
    }
  }

  #item(item: unknown): void {
    if (!isJsonObject(item) || typeof item['id'] !== 'string') return;
    const role = typeof item['role'] === 'string' ? `${item['role']} ` : '';
    this.#items.set(item['id'], { kind: `${role}${String(item['type'])}`, text: textOf(item) });
  }
}

/** How a response ended. */
function endOf(response: unknown): string {
  const status = String(at(response, 'status'));
  const reason = at(response, 'status_details', 'error', 'code') ?? at(response, 'status_details', 'reason');
  return typeof reason === 'string' ? `${status}: ${reason}` : status;
}

function textOf(item: JsonObject): string {
  const { name, arguments: given, output, content } = item;
  const called = typeof name === 'string' ? `${name}(${typeof given === 'string' ? sameJson(given) : ''})` : '';
  const said = Array.isArray(content) ? content.map(partText).filter((text) => text !== '') : [];
  return [called, ...said, ...(typeof output === 'string' ? [output] : [])].filter((text) => text !== '').join(' ');
}

function partText(part: unknown): string {
  const text = at(part, 'text') ?? at(part, 'transcript');
  return typeof text === 'string' ? text : '';
}

/** Arguments without the blanks that no two models write alike. */
function sameJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}
