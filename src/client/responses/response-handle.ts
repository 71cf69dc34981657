import type { ApiError, Response, ServerEventMap } from '../../protocol/events/index.ts';
import { decodeBase64 } from '../audio/base64.ts';
import { ClientError, RealtimeError } from '../errors.ts';
import { keepNewest } from '../events/bounded.ts';
import { deferred } from '../events/deferred.ts';
import { Queue } from '../events/queue.ts';
import { Replay } from '../events/replay.ts';
import type { AnyServerEvent } from '../events/server-event.ts';
import { responseOf } from '../requests/answers.ts';
import type { Create, CreateFacts } from './create.ts';
import type { ResponseHandle } from './response.ts';
import { Tap } from './tap.ts';

/** What a handle needs of its session. */
export interface HandleOwner {
  /** Puts it on the wire. */
  send(): void;
  /** Takes it back where it has not left for the server. Says whether that was so. */
  withdraw(): boolean;
  /** Asks the server to stop it. Rejects with the server's error, where it would not. */
  cancel(responseId: string): Promise<void>;
  /** Nothing more will come. */
  ended(): void;
}

export interface StreamLimits {
  readonly maxBufferedEvents: number;
  readonly maxBufferedAudioBytes: number;
}

/** Items of one response that are remembered. */
const mostItems = 1_000;

/** One `respond()`: the create that the sequencer lets through, and the handle that the caller holds. */
export class RunningResponse implements Create, ResponseHandle {
  readonly text = new Replay<string>();
  readonly transcript = new Replay<string>();
  readonly facts: CreateFacts;
  readonly #created = deferred<Response>();
  readonly #done = deferred<Response>();
  readonly #owner: HandleOwner;
  readonly #audio: Tap<Uint8Array>;
  readonly #events: Tap<AnyServerEvent>;
  readonly #items = new Set<unknown>();
  #phase: 'waiting' | 'asked' | 'running' | 'over' = 'waiting';
  #isUnwanted = false;
  /** The news that it has begun, kept until what follows it where that may yet prove to be another's. */
  #guess: ServerEventMap['response.created'] | null = null;
  #isGuess = false;
  #id: string | null = null;

  constructor(owner: HandleOwner, facts: CreateFacts, limits: StreamLimits) {
    this.#owner = owner;
    this.facts = facts;
    const begunLate = <T>(queue: Queue<T>) => {
      if (this.isOver) queue.end();
      return queue;
    };
    const sized = { weigh: (bytes: Uint8Array) => bytes.byteLength };
    this.#audio = new Tap(() => begunLate(new Queue(limits.maxBufferedAudioBytes, sized)));
    this.#events = new Tap(() => begunLate(new Queue(limits.maxBufferedEvents)));
  }

  get created(): Promise<Response> {
    return this.#created.promise;
  }

  get done(): Promise<Response> {
    return this.#done.promise;
  }

  get id(): string | null {
    return this.#id;
  }

  get audio(): AsyncIterable<Uint8Array> {
    return this.#audio.take();
  }

  get events(): AsyncIterable<AnyServerEvent> {
    return this.#events.take();
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

  /** Takes an event where it is of this response. */
  take(event: AnyServerEvent): void {
    if (!this.#isAbout(event)) return;
    if (event.type === 'response.output_item.added') {
      this.#items.add(event.item.id);
      keepNewest(this.#items, mostItems);
    }
    if (this.#isGuess && event.type === 'response.created') {
      this.#guess = event;
      return;
    }
    this.#settleGuess();
    this.#events.queue?.push(event);
    switch (event.type) {
      case 'response.created':
        return this.#created.resolve(event.response);
      case 'response.output_text.delta':
        return this.text.push(event.delta);
      case 'response.output_audio_transcript.delta':
        return this.transcript.push(event.delta);
      case 'response.output_audio.delta':
        return this.#audio.queue?.push(decodeBase64(event.delta));
      case 'response.done':
        return this.#end(event.response);
      default:
        return;
    }
  }

  /** There will be no response. */
  fail(error: ClientError | RealtimeError): void {
    if (!this.#close(error)) return;
    this.#created.reject(error);
    this.#done.reject(error);
  }

  /** Some events name only the item. */
  #isAbout(event: AnyServerEvent): boolean {
    const responseId = responseOf(event);
    return typeof responseId === 'string'
      ? responseId === this.#id
      : 'item_id' in event && this.#items.has(event.item_id);
  }

  /** What follows the beginning is passed on, so that the beginning must be. */
  #settleGuess(): void {
    const created = this.#guess;
    if (created === null) return;
    this.#guess = null;
    this.#isGuess = false;
    this.#events.queue?.push(created);
    this.#created.resolve(created.response);
  }

  #stop(id: string): Promise<Response> {
    const refused = this.#owner.cancel(id).then(() => this.done);
    refused.catch(() => {});
    return refused;
  }

  #end(response: Response): void {
    if (!this.#close()) return;
    this.#created.reject(new ClientError('aborted', { message: 'Cancelled before it began.' }));
    this.#done.resolve(response);
  }

  /** Says whether it was still open. */
  #close(error?: unknown): boolean {
    if (this.#phase === 'over') return false;
    this.#phase = 'over';
    for (const stream of [this.text, this.transcript, this.#audio.queue, this.#events.queue]) stream?.end(error);
    this.#owner.ended();
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
