import { audioFormats } from '../audio/format.ts';
import { isJsonObject, type JsonObject } from '../protocol/json.ts';
import type { ResponseUsage, TranscriptionUsage } from '../protocol/types.ts';
import { addResponseUsage, addTranscriptionUsage, noUsage, type Usage } from '../usage/usage.ts';
import type { Take } from './reader.ts';
import { at, SoundFormats } from './sound-formats.ts';

/** Something that happened in a recorded session. Times are milliseconds since the connection was opened. */
export interface Happening {
  readonly is: 'user' | 'assistant' | 'call' | 'output' | 'error' | 'closed';
  readonly t: number;
  /** What was said, written, called or told. */
  text: string;
  readonly itemId: string | null;
  readonly responseId: string | null;
  /** When it was over: of speech that was heard and of sound that was played as soon as it came. */
  endT: number;
  /** Of an answer: how its response ended. */
  status: string | null;
}

/** A response by its times. */
export interface Answered {
  readonly id: string;
  readonly createdT: number;
  /** Of the last speech or event of the user's before it. */
  readonly causeT: number;
  firstSoundT: number | null;
  firstTextT: number | null;
  doneT: number | null;
}

export interface Timeline {
  readonly happenings: readonly Happening[];
  readonly responses: readonly Answered[];
  readonly usage: Usage;
  /** As the session shows it; null if it names none. */
  readonly model: string | null;
  readonly durationMs: number;
}

/** Folds a take into what a person would tell of it. */
export function timelineOf(take: Take): Timeline {
  const fold = new Fold();
  for (const entry of take.entries) {
    if (entry.is === 'closed')
      fold.closed(entry.t, `${entry.closed.by} ${entry.closed.code} ${entry.closed.reason}`.trim());
    if (entry.is === 'sound' && entry.track === 'out') fold.played(entry.t, entry.itemId, entry.bytes().length / 48);
    const event = entry.is === 'frame' ? entry.event() : null;
    if (event === null || entry.is !== 'frame') continue;
    if (entry.by === '<') fold.server(entry.t, event);
    else fold.client(entry.t, event);
  }
  return fold.timeline(take.entries.at(-1)?.t ?? 0);
}

/** Deltas of what is said or written. */
const words: ReadonlySet<unknown> = new Set([
  'response.output_audio_transcript.delta',
  'response.audio_transcript.delta',
  'response.output_text.delta',
  'response.text.delta',
]);

class Fold {
  readonly #happenings: Happening[] = [];
  readonly #byItem = new Map<string, Happening>();
  readonly #responses = new Map<string, Answered>();
  readonly #formats = new SoundFormats();
  #usage = noUsage;
  #model: string | null = null;
  #speechT: number | null = null;
  #causeT = 0;

  timeline(durationMs: number): Timeline {
    const happenings = this.#happenings.toSorted((a, b) => a.t - b.t);
    return { happenings, responses: [...this.#responses.values()], usage: this.#usage, model: this.#model, durationMs };
  }

  closed(t: number, text: string): void {
    this.#happened('closed', t, text);
  }

  /** Sound of a track was played. */
  played(t: number, itemId: string | null, ms: number): void {
    const said = itemId === null ? undefined : this.#byItem.get(itemId);
    if (said !== undefined) said.endT = Math.max(said.endT, t + ms);
  }

  client(t: number, event: JsonObject): void {
    const { type } = event;
    if (type === 'response.create' || type === 'input_audio_buffer.commit') this.#causeT = t;
    if (type === 'conversation.item.truncate' && typeof event['audio_end_ms'] === 'number') {
      const said = this.#byItem.get(String(event['item_id']));
      if (said !== undefined) said.endT = Math.min(said.endT, said.t + event['audio_end_ms']);
    }
  }

  server(t: number, event: JsonObject): void {
    this.#formats.read(event);
    switch (event['type']) {
      case 'session.created':
      case 'session.updated':
        this.#model = textOr(at(event, 'session', 'model'), this.#model);
        return;
      case 'input_audio_buffer.speech_started':
        this.#speechT = t;
        return;
      case 'input_audio_buffer.speech_stopped':
      case 'input_audio_buffer.committed':
        return this.#heard(t, event);
      case 'conversation.item.input_audio_transcription.completed':
        return this.#transcribed(event);
      case 'conversation.item.added':
      case 'conversation.item.created':
        return this.#added(t, event['item']);
      case 'error':
        this.#happened('error', t, `${String(at(event, 'error', 'code'))}: ${String(at(event, 'error', 'message'))}`);
        return;
      default:
        return this.#response(t, event);
    }
  }

  #heard(t: number, event: JsonObject): void {
    const id = String(event['item_id']);
    if (event['type'] === 'input_audio_buffer.speech_stopped') {
      this.#causeT = t;
      this.#happened('user', this.#speechT ?? t, '', { itemId: id, endT: t });
    } else if (!this.#byItem.has(id)) {
      this.#happened('user', this.#speechT ?? t, '', { itemId: id, endT: t });
    }
    this.#speechT = null;
  }

  #transcribed(event: JsonObject): void {
    const said = this.#byItem.get(String(event['item_id']));
    if (said !== undefined) said.text = textOr(event['transcript'], said.text) ?? '';
    this.#usage = addTranscriptionUsage(this.#usage, usageIn<TranscriptionUsage>(event['usage']));
  }

  #added(t: number, item: unknown): void {
    if (!isJsonObject(item) || this.#byItem.has(String(item['id']))) return;
    const itemId = String(item['id']);
    if (item['type'] === 'function_call_output') {
      this.#happened('output', t, textOr(item['output'], '') ?? '', { itemId });
    } else if (item['role'] === 'user') {
      this.#happened('user', t, partsText(item['content']), { itemId, endT: t });
    }
  }

  #response(t: number, event: JsonObject): void {
    const id = textOr(event['response_id'], textOr(at(event, 'response', 'id'), null));
    if (id === null) return;
    const answered = this.#responses.get(id);
    switch (event['type']) {
      case 'response.created':
        this.#responses.set(id, {
          id,
          createdT: t,
          causeT: this.#causeT,
          firstSoundT: null,
          firstTextT: null,
          doneT: null,
        });
        return;
      case 'response.output_audio.delta':
      case 'response.audio.delta':
        if (answered !== undefined) answered.firstSoundT ??= t;
        return this.#spoke(t, id, event);
      case 'response.output_item.done':
        return this.#said(t, id, event['item']);
      case 'response.done':
        if (answered !== undefined) answered.doneT = t;
        return this.#done(t, id, event['response']);
      default:
        if (answered !== undefined && String(event['type']).endsWith('.delta')) answered.firstTextT ??= t;
        if (words.has(event['type'])) this.#saying(t, id, event['item_id']).text += textOr(event['delta'], '');
    }
  }

  /** What is said in an item, as far as it is known. */
  #saying(t: number, responseId: string, id: unknown): Happening {
    const itemId = String(id);
    return this.#byItem.get(itemId) ?? this.#happened('assistant', t, '', { itemId, responseId, endT: t });
  }

  #spoke(t: number, responseId: string, event: JsonObject): void {
    const said = this.#saying(t, responseId, event['item_id']);
    said.endT += soundMs(event['delta'], this.#formats.of('out', responseId));
  }

  #said(t: number, responseId: string, item: unknown): void {
    if (!isJsonObject(item)) return;
    const itemId = String(item['id']);
    if (item['type'] === 'function_call' || item['type'] === 'mcp_call') {
      this.#happened('call', t, `${String(item['name'])}(${String(item['arguments'])})`, { itemId, responseId });
      return;
    }
    if (item['type'] !== 'message') return;
    const said = this.#saying(t, responseId, itemId);
    // An answer that was cut off may never be told of as a whole.
    said.text = partsText(item['content']) || said.text;
  }

  #done(t: number, id: string, response: unknown): void {
    this.#usage = addResponseUsage(this.#usage, usageIn<ResponseUsage>(at(response, 'usage')));
    const status = textOr(at(response, 'status'), null);
    const reason = textOr(at(response, 'status_details', 'reason'), null);
    for (const happening of this.#happenings) {
      if (happening.responseId !== id) continue;
      happening.status = reason === null ? status : `${status}, ${reason}`;
      // What was cut off is not heard to its end.
      if (status === 'cancelled') happening.endT = Math.min(happening.endT, Math.max(t, happening.t));
    }
  }

  #happened(
    is: Happening['is'],
    t: number,
    text: string,
    more: Partial<Pick<Happening, 'itemId' | 'responseId' | 'endT'>> = {},
  ): Happening {
    const happening: Happening = { is, t, text, itemId: null, responseId: null, endT: t, status: null, ...more };
    this.#happenings.push(happening);
    if (happening.itemId !== null) this.#byItem.set(happening.itemId, happening);
    return happening;
  }
}

/** How long the sound of a delta is, whether it stands there or is marked. */
function soundMs(delta: unknown, format: keyof typeof audioFormats): number {
  const { sampleRate, bytesPerSample } = audioFormats[format];
  const range = at(delta, '$out');
  if (Array.isArray(range)) {
    const [from, to]: unknown[] = range;
    return typeof from === 'number' && typeof to === 'number' ? ((to - from) * 1000) / sampleRate : 0;
  }
  return typeof delta === 'string' ? ((delta.length * 3) / 4 / bytesPerSample / sampleRate) * 1000 : 0;
}

function partsText(content: unknown): string {
  if (!Array.isArray(content)) return '';
  const texts = content.map((part: unknown) => at(part, 'text') ?? at(part, 'transcript'));
  return texts.filter((text) => typeof text === 'string').join(' ');
}

/** What a server tells of usage is not checked; the sums take whatever they find for numbers. */
function usageIn<T>(value: unknown): T | null {
  return isJsonObject(value) ? (value as T) : null;
}

function textOr<T>(value: unknown, otherwise: T): string | T {
  return typeof value === 'string' ? value : otherwise;
}
