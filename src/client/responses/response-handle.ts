import type { ApiError, Response, ServerEventMap } from '../../protocol/events/index.ts';
import { decodeBase64 } from '../audio/base64.ts';
import { ClientError, RealtimeError } from '../errors.ts';
import { Queue } from '../events/queue.ts';
import { Replay } from '../events/replay.ts';
import type { AnyServerEvent } from '../events/server-event.ts';
import type { Create, CreateFacts } from './create.ts';
import type { ResponseHandle } from './response.ts';

/** What a handle needs of its session. */
export interface HandleOwner {
  /** Puts it on the wire. */
  send(): void;
  /** Takes it back where it has not left for the server. Says whether that was so. */
  withdraw(): boolean;
  /** Asks the server to stop it. Rejects with the server's error, where it would not. */
  cancel(responseId: string): Promise<void>;
  /** It has begun under this id. */
  begun(handle: RunningResponse, responseId: string): void;
  /** The response of this id is another's after all. */
  mistaken(responseId: string): void;
  /** Nothing more will come. */
  ended(handle: RunningResponse): void;
}

export interface StreamLimits {
  readonly maxBufferedEvents: number;
  readonly maxBufferedAudioBytes: number;
}

/** One `respond()`: the create that the sequencer lets through, and the handle that the caller holds. */
export class RunningResponse implements Create, ResponseHandle {
  readonly facts: CreateFacts;
  readonly text = new Replay<string>();
  readonly transcript = new Replay<string>();
  readonly created: Promise<Response>;
  readonly done: Promise<Response>;
  readonly #owner: HandleOwner;
  readonly #limits: StreamLimits;
  /** Kept from the start, so that nothing can be missed, and let go of where nobody takes them in the same turn. */
  #audio: Queue<Uint8Array> | null;
  #events: Queue<AnyServerEvent> | null;
  #takesAudio = false;
  #takesEvents = false;
  #phase: 'waiting' | 'asked' | 'running' | 'over' = 'waiting';
  #isUnwanted = false;
  /** The news that it has begun, kept until what follows it where that may yet prove to be another's. */
  #guess: ServerEventMap['response.created'] | null = null;
  #isGuess = false;
  #id: string | null = null;
  #begin: (response: Response) => void = () => {};
  #failBegin: (error: unknown) => void = () => {};
  #finish: (response: Response) => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(owner: HandleOwner, facts: CreateFacts, limits: StreamLimits) {
    this.#owner = owner;
    this.#limits = limits;
    this.facts = facts;
    this.created = new Promise((resolve, reject) => {
      this.#begin = resolve;
      this.#failBegin = reject;
    });
    this.done = new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
    this.#audio = this.#audioQueue();
    this.#events = this.#eventQueue();
    queueMicrotask(() => {
      if (!this.#takesAudio) this.#audio = null;
      if (!this.#takesEvents) this.#events = null;
    });
    // Whoever reads only the streams hears of a failure there.
    this.created.catch(() => {});
    this.done.catch(() => {});
  }

  get id(): string | null {
    return this.#id;
  }

  get audio(): AsyncIterable<Uint8Array> {
    this.#takesAudio = true;
    this.#audio ??= this.#audioQueue();
    return this.#audio;
  }

  get events(): AsyncIterable<AnyServerEvent> {
    this.#takesEvents = true;
    this.#events ??= this.#eventQueue();
    return this.#events;
  }

  /** It has been given to the transport. */
  get isAsked(): boolean {
    return this.#phase === 'asked' || this.#phase === 'running';
  }

  get isOver(): boolean {
    return this.#phase === 'over';
  }

  send(): void {
    this.#phase = 'asked';
    this.#owner.send();
  }

  get isWanted(): boolean {
    return !this.#isUnwanted && !this.isOver;
  }

  started(response: Response, isCertain: boolean): void {
    const id = response.id ?? '';
    if (this.isOver) return void this.#owner.cancel(id).catch(() => {});
    this.#phase = 'running';
    this.#id = id;
    this.#isGuess = !isCertain;
    this.#owner.begun(this, id);
    if (this.#isUnwanted) this.#stop(id);
  }

  refused(error: ApiError): void {
    this.fail(new RealtimeError(error));
  }

  wasBusy(): boolean {
    if (this.isOver) return false;
    this.#phase = 'waiting';
    if (this.#isUnwanted) this.#end(neverBegun());
    return !this.#isUnwanted;
  }

  wasMistaken(error: ApiError): boolean {
    if (this.#phase !== 'running' || this.#id === null) return false;
    // Somebody has had pieces of the other one, which can't be taken back.
    if (this.#guess === null) this.refused(error);
    if (this.isOver) return false;
    this.#owner.mistaken(this.#id);
    this.#guess = null;
    this.#id = null;
    return this.wasBusy();
  }

  cancel(): Promise<Response> {
    if (this.#phase === 'running' && this.#id !== null) return this.#stop(this.#id);
    if (this.isOver) return this.done;
    this.#isUnwanted = true;
    if (this.#owner.withdraw()) this.#end(neverBegun());
    return this.done;
  }

  /** Takes an event of this response. */
  take(event: AnyServerEvent): void {
    if (this.#isGuess && event.type === 'response.created') {
      this.#guess = event;
      return;
    }
    this.#settleGuess();
    this.#events?.push(event);
    switch (event.type) {
      case 'response.created':
        return this.#begin(event.response);
      case 'response.output_text.delta':
        return this.text.push(event.delta);
      case 'response.output_audio_transcript.delta':
        return this.transcript.push(event.delta);
      case 'response.output_audio.delta':
        return this.#hear(event.delta);
      case 'response.done':
        return this.#end(event.response);
      default:
        return;
    }
  }

  /** There will be no response. */
  fail(error: ClientError | RealtimeError): void {
    if (!this.#close(error)) return;
    this.#failBegin(error);
    this.#fail(error);
  }

  /** What follows the beginning is passed on, so that the beginning must be. */
  #settleGuess(): void {
    const created = this.#guess;
    if (created === null) return;
    this.#guess = null;
    this.#isGuess = false;
    this.#events?.push(created);
    this.#begin(created.response);
  }

  #audioQueue(): Queue<Uint8Array> {
    return this.#begunLate(new Queue(this.#limits.maxBufferedAudioBytes, { weigh: (bytes) => bytes.byteLength }));
  }

  #eventQueue(): Queue<AnyServerEvent> {
    return this.#begunLate(new Queue(this.#limits.maxBufferedEvents));
  }

  #begunLate<T>(queue: Queue<T>): Queue<T> {
    if (this.isOver) queue.end();
    return queue;
  }

  #hear(base64: string): void {
    if (this.#audio !== null) this.#audio.push(decodeBase64(base64));
  }

  #stop(id: string): Promise<Response> {
    const refused = this.#owner.cancel(id).then(() => this.done);
    refused.catch(() => {});
    return refused;
  }

  #end(response: Response): void {
    if (!this.#close()) return;
    this.#failBegin(new ClientError('aborted', { message: 'The response was cancelled before it began.' }));
    this.#finish(response);
  }

  /** Says whether it was still open. */
  #close(error?: unknown): boolean {
    if (this.#phase === 'over') return false;
    this.#phase = 'over';
    for (const stream of [this.text, this.transcript, this.#audio, this.#events]) stream?.end(error);
    this.#owner.ended(this);
    return true;
  }
}

/** What stands for a response that was cancelled before it was asked for. */
function neverBegun(): Response {
  return {
    object: 'realtime.response',
    status: 'cancelled',
    status_details: { type: 'cancelled', reason: 'client_cancelled' },
    output: [],
    usage: null,
    metadata: null,
  };
}
