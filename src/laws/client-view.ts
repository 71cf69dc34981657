import { audioFormats } from '../audio/format.ts';
import type { AudioFormat, Item, SessionPayload } from '../protocol/types.ts';
import type { ServerEvent } from './trace.ts';

/** A response that runs, as its events tell of it. */
export interface RunningResponse {
  readonly outOfBand: boolean;
  readonly format: AudioFormat;
}

/** Speech of an assistant's item, as far as it was sent and not cut off. */
export interface HeldSpeech {
  /** Bytes of the response's output format. */
  readonly bytes: number;
  readonly format: AudioFormat;
  /** What is sent later no longer belongs to it. */
  readonly truncated: boolean;
}

/**
 * What a client knows that reads every event and forgets nothing: the session's configuration, the conversation in its
 * order, the open turn, the running responses. It takes the events' word for everything, which makes it the measure
 * that the session's answers are held to.
 */
export class ClientView {
  /** As last shown; null before `session.created`. */
  config: SessionPayload | null = null;
  /** Ids of the conversation's items, in order. */
  readonly order: string[] = [];
  /** Items of the conversation as a retrieval should show them once they are finished, audio left out. */
  readonly items = new Map<string, Item>();
  /** Items of the conversation whose `conversation.item.done` has come. */
  readonly finished = new Set<string>();
  /** Items of the conversation that were made of the input audio buffer. */
  readonly committed = new Set<string>();
  readonly deleted: string[] = [];
  /** Items of out-of-band responses, which the conversation does not know. */
  readonly hidden: string[] = [];
  /** The item of the turn that speech_started announced, while it is open. */
  turn: string | null = null;
  readonly running = new Map<string, RunningResponse>();
  /** Responses that are over. */
  readonly ended: string[] = [];
  readonly speech = new Map<string, HeldSpeech>();
  /** Items that audio responses have said or are saying. */
  readonly spoken = new Set<string>();

  /** Takes the next event. */
  read(event: ServerEvent): void {
    switch (event.type) {
      case 'session.created':
        this.config = event.session;
        return;
      case 'session.updated':
        return this.#updated(event.session);
      case 'input_audio_buffer.speech_started':
        this.turn = event.item_id;
        return;
      case 'input_audio_buffer.committed':
        this.committed.add(event.item_id);
        this.turn = null;
        return;
      case 'input_audio_buffer.cleared':
        this.turn = null;
        return;
      default:
        return event.type.startsWith('response.') ? this.#response(event) : this.#conversation(event);
    }
  }

  /** The running response of the default conversation. */
  get activeDefault(): string | null {
    for (const [id, { outOfBand }] of this.running) if (!outOfBand) return id;
    return null;
  }

  /** How `audio.input` is configured. */
  get input(): NonNullable<NonNullable<SessionPayload['audio']>['input']> {
    return this.config?.audio?.input ?? {};
  }

  #updated(config: SessionPayload): void {
    const before = this.input.turn_detection;
    this.config = config;
    if (JSON.stringify(before) !== JSON.stringify(this.input.turn_detection)) this.turn = null;
  }

  #conversation(event: ServerEvent): void {
    switch (event.type) {
      case 'conversation.item.added':
        return this.#added(event.item.id ?? '', event.item, event.previous_item_id ?? null);
      case 'conversation.item.done':
        return this.#done(event.item.id ?? '', event.item);
      case 'conversation.item.input_audio_transcription.completed':
        return this.#transcribed(event.item_id, event.transcript);
      case 'conversation.item.deleted':
        return this.#deleted(event.item_id);
      case 'conversation.item.truncated':
        return this.#truncated(event.item_id, event.audio_end_ms);
      default:
        return;
    }
  }

  #response(event: ServerEvent): void {
    switch (event.type) {
      case 'response.created':
        this.running.set(event.response.id ?? '', {
          outOfBand: event.response.conversation_id === null,
          format: event.response.audio?.output?.format ?? {},
        });
        return;
      case 'response.output_item.added':
        if (this.running.get(event.response_id)?.outOfBand === true) this.hidden.push(event.item.id ?? '');
        return;
      case 'response.content_part.added':
        if (event.part.type === 'audio') this.spoken.add(event.item_id);
        return;
      case 'response.output_audio.delta':
        return this.#said(event.item_id, byteLength(event.delta), this.running.get(event.response_id)?.format ?? {});
      case 'response.done':
        this.running.delete(event.response.id ?? '');
        this.ended.push(event.response.id ?? '');
        return;
      default:
        return;
    }
  }

  #added(id: string, item: Item, previous: string | null): void {
    this.order.splice(previous === null ? 0 : this.order.indexOf(previous) + 1, 0, id);
    this.items.set(id, item);
    this.finished.delete(id);
    this.speech.delete(id);
    this.spoken.delete(id);
  }

  #done(id: string, item: Item): void {
    this.finished.add(id);
    this.items.set(id, this.speech.get(id)?.truncated === true ? unheard(item) : item);
  }

  #deleted(id: string): void {
    const index = this.order.indexOf(id);
    if (index >= 0) this.order.splice(index, 1);
    this.items.delete(id);
    this.speech.delete(id);
    this.spoken.delete(id);
    this.committed.delete(id);
    this.deleted.push(id);
  }

  #transcribed(id: string, transcript: string): void {
    const item = this.items.get(id);
    if (item?.type !== 'message' || item.role !== 'user' || !this.committed.has(id)) return;
    this.items.set(id, { ...item, content: item.content.map((part) => ({ ...part, transcript })) });
  }

  #said(id: string, bytes: number, format: AudioFormat): void {
    if (!this.items.has(id) || !this.spoken.has(id)) return;
    const held = this.speech.get(id) ?? { bytes: 0, format, truncated: false };
    if (!held.truncated) this.speech.set(id, { ...held, bytes: held.bytes + bytes });
  }

  #truncated(id: string, endMs: number): void {
    const held = this.speech.get(id) ?? { bytes: 0, format: {}, truncated: true };
    const bytes = Math.min(held.bytes, endMs * bytesPerMs(held.format));
    this.speech.set(id, { ...held, bytes, truncated: true });
    const item = this.items.get(id);
    if (item !== undefined) this.items.set(id, unheard(item));
  }
}

/** An assistant's item whose transcript is gone with the part of it that nobody heard (behaviour §3.2). */
function unheard(item: Item): Item {
  if (item.type !== 'message' || item.role !== 'assistant') return item;
  return { ...item, content: item.content.map(({ transcript: _transcript, ...rest }) => rest) };
}

/** The longest `audio_end_ms` that may cut this speech: its length, rounded up (behaviour §10). */
export function speechMs(held: HeldSpeech): number {
  return Math.ceil(held.bytes / bytesPerMs(held.format));
}

/** Bytes that a millisecond of a format takes: 48 of PCM at 24 kHz, 8 of G.711. */
export function bytesPerMs(format: AudioFormat): number {
  const { sampleRate, bytesPerSample } = audioFormats[format.type ?? 'audio/pcm'];
  return (sampleRate * bytesPerSample) / 1000;
}

/** Bytes that well-formed base64 stands for. */
export function byteLength(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return (base64.length / 4) * 3 - padding;
}
