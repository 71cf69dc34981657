import type {
  ClientEvent,
  Item,
  RealtimeSession as RealtimeSettings,
  ServerEventMap,
  SessionPayload,
  TranscriptionSession,
} from '../protocol/events/index.ts';
import type { WireClosed } from '../wire/wire.ts';
import type { ConnectionChange, ConnectionState } from './connection/state.ts';
import type { AnyServerEvent, ServerEventName, ServerEventOf } from './events/server-event.ts';
import type { RespondOptions, ResponseHandle } from './responses/response.ts';

/** Settings to change; the fields that are absent stay as they are. `type` may be left out: it is the session's. */
export type SessionChange =
  | (Omit<RealtimeSettings, 'type'> & { type?: 'realtime' })
  | (Omit<TranscriptionSession, 'type'> & { type?: 'transcription' });

/** How long to wait for an answer. */
export interface RequestOptions {
  /** Aborting rejects the request with code `aborted`; what was sent stays sent. */
  readonly signal?: AbortSignal;
  /** In milliseconds; `Infinity` is no limit. Default: the session's `requestTimeoutMs`. */
  readonly timeoutMs?: number;
}

/** Where an item goes, and how long to wait for the answer. */
export interface CreateItemOptions extends RequestOptions {
  /** The item to put it behind; `root` for the very beginning. Default: the end of the conversation. */
  readonly previousItemId?: string;
}

/** Which event of a type is waited for, and for how long. */
export interface NextOptions<Type extends string> extends RequestOptions {
  /** Waits for an event of the type for which this is true. */
  readonly where?: (event: ServerEventOf<Type>) => boolean;
}

/** That an item is in the conversation: `added`, or `created` from servers of the time before it. */
export type ItemAdded = ServerEventMap['conversation.item.added'] | ServerEventMap['conversation.item.created'];

/**
 * Sound in the session's input format: bytes, of any number and in any of these shapes; 16-bit samples (PCM only); or base64
 * as it goes over the wire.
 */
export type AudioChunk = Uint8Array | Uint8ClampedArray | Int8Array | DataView | ArrayBufferLike | Int16Array | string;

/**
 * A session with a Realtime endpoint.
 *
 * Requests (`update`, `createItem` …) resolve with the event that answers them, or reject: with a `RealtimeError` if
 * the server answered with an error, else with a `ClientError` (`timeout`, `aborted`, `closed`, `connection_lost`).
 *
 * Iterating gives every event from then on. Up to `maxBufferedEvents` wait for a slow loop; after that the loop gets
 * what waited and then throws a `ClientError` with code `events_overflowed`. It ends when the session is closed.
 */
export interface RealtimeSession extends AsyncIterable<AnyServerEvent> {
  /** The server's id of the session; null before `session.created`. Another after each reconnection. */
  readonly id: string | null;
  /** The settings in effect as the server last showed them; null before `session.created`. */
  readonly config: SessionPayload | null;
  /** `connecting`, `open`, `reconnecting` or `closed`. */
  readonly connection: ConnectionState;
  /** Resolves when the session may be used; rejects with a `ClientError` when it could not be opened. */
  readonly ready: Promise<void>;
  /** Resolves once the session is over, whoever ended it. Never rejects. */
  readonly closed: Promise<WireClosed>;
  /** Bytes that wait to leave. Slow down when this grows. */
  readonly pendingBytes: number;

  /**
   * Calls `handler` with every event of the type, `*` for all. Returns what ends it. A handler that throws, or whose
   * promise rejects, is reported to `onHandlerError` and breaks nothing.
   */
  on<Type extends ServerEventName>(type: Type, handler: (event: ServerEventOf<Type>) => unknown): () => void;
  /** The same for one event only. */
  once<Type extends ServerEventName>(type: Type, handler: (event: ServerEventOf<Type>) => unknown): () => void;
  /** The next event of the type. Rejects with code `timeout` (no time-out by default), `aborted` or `closed`. */
  next<Type extends ServerEventName>(type: Type, options?: NextOptions<Type>): Promise<ServerEventOf<Type>>;
  /** Calls `handler` when the connection changes: lost, back again, gone for good. Returns what ends it. */
  onConnection(handler: (change: ConnectionChange) => unknown): () => void;

  /**
   * Sends an event as it is, but for an `event_id` if one is needed to keep answers apart; what the server answers
   * comes as events. Before the connection is open events wait, in order. Throws a `ClientError`: `queue_full` where too
   * many wait, `closed` after the end.
   */
  send(event: ClientEvent | { readonly type: string; readonly [field: string]: unknown }): void;

  /** Changes settings. Answered in the order sent; an error names the update it is about. */
  update(change: SessionChange, options?: RequestOptions): Promise<ServerEventMap['session.updated']>;
  /** Adds an item. It gets an id if it has none. */
  createItem(item: Item, options?: CreateItemOptions): Promise<ItemAdded>;
  /** The server's copy of an item, audio included. */
  retrieveItem(itemId: string, options?: RequestOptions): Promise<ServerEventMap['conversation.item.retrieved']>;
  deleteItem(itemId: string, options?: RequestOptions): Promise<ServerEventMap['conversation.item.deleted']>;
  /**
   * Cuts an assistant's audio to what was heard, in whole milliseconds. An item that a reconnection restored is text
   * and can't be cut: rejects with code `restored_item`, and nothing is sent.
   */
  truncate(
    itemId: string,
    audioEndMs: number,
    options?: RequestOptions & { readonly contentIndex?: number },
  ): Promise<ServerEventMap['conversation.item.truncated']>;
  /**
   * Adds sound to the input buffer. The server does not answer; a mistake comes as an `error` event. Throws a `ClientError`
   * with code `invalid_options` for what is no such sound: floating-point samples, samples of other sizes, lists of numbers,
   * samples where the session's input is G.711.
   */
  appendAudio(chunk: AudioChunk): void;
  clearInput(options?: RequestOptions): Promise<ServerEventMap['input_audio_buffer.cleared']>;
  /** Makes a user message of the buffered sound. Starts no response. */
  commitInput(options?: RequestOptions): Promise<ServerEventMap['input_audio_buffer.committed']>;
  /** Asks for a response. Returns at once; the handle tells of it. */
  respond(options?: RespondOptions): ResponseHandle;

  /** True for an item that a reconnection restored as text. */
  isRestored(itemId: string): boolean;
  /** Ends the session. What is pending rejects with code `closed`. Idempotent. Default: code 1000, no reason. */
  close(code?: number, reason?: string): void;
}
