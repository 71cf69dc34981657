import type { Session } from '../protocol/events/index.ts';
import type { Wire } from '../wire/wire.ts';
import type { Clock } from './clock.ts';
import type { EndpointOf, EndpointOptions } from './connection/endpoint.ts';
import type { AnyServerEvent } from './events/server-event.ts';
import type { ReconnectOptions } from './restore/options.ts';

/** Where a wire is wanted: an address with the credentials in the form that the platform can send. */
export interface DialTarget {
  /** `ws:` or `wss:`; for a transport, what its `endpointOf` made of the options. */
  readonly url: string;
  /** Empty if the platform can't send any. */
  readonly headers: Readonly<Record<string, string>>;
  readonly protocols: readonly string[];
  /** The settings that are sent first, for what can send them along with its request. */
  readonly session?: Session | undefined;
  readonly signal: AbortSignal;
}

/** Gives an open wire to the target, or rejects. */
export type Dial = (target: DialTarget) => Promise<Wire>;

/** How a platform opens connections. */
export interface Platform {
  readonly dial: Dial;
  readonly endpointOf: EndpointOf;
}

/** Another way to an endpoint than a WebSocket, such as `webrtc()`. Belongs to one session. */
export interface SessionTransport extends Platform {
  /** The session is over for good: lets go of what was kept from one connection to the next. */
  ended(): void;
  /** False: its addresses take neither `resumption` nor `resume`, as that of a WebSocket does. Default: they do. */
  readonly resumes?: boolean;
}

/** How a session is opened and kept. */
export interface SessionOptions {
  /** Settings to send first. */
  readonly session?: Session;
  /**
   * When the session may be used: once the socket is `open`, with `session.created`, or with the `session.updated` that
   * answers `session`. Default: the last if `session` is given, else `session.created`.
   */
  readonly readyOn?: 'open' | 'session.created' | 'session.updated';
  /** Aborting gives up connecting; it does not end a session that is open. */
  readonly signal?: AbortSignal;
  /** Time to connect, in milliseconds; `Infinity` is no limit. Default 15,000. */
  readonly timeoutMs?: number;
  /** Time that requests have for their answers, in milliseconds. Default 30,000. */
  readonly requestTimeoutMs?: number;
  /** Reconnects if the connection is lost, and before the session's age ends it. `false` turns it off. Default on. */
  readonly reconnect?: false | ReconnectOptions;
  /** Told of every event from the very first, before anyone else; not of those that are malformed. */
  readonly onEvent?: (event: AnyServerEvent) => unknown;
  /**
   * Told of every frame that passes, both ways and as it is on the wire: `<` what the server sends, `>` what this side sends.
   * For logs and recordings.
   */
  readonly onFrame?: (direction: '<' | '>', text: string) => unknown;
  /**
   * Told of what handlers throw, and of what the server sends that is not as the protocol says (`malformed_event`). Default:
   * `reportError` in a page, else the console.
   */
  readonly onHandlerError?: (error: unknown) => void;
  /** Events that may wait for one reader. Default 10,000. */
  readonly maxBufferedEvents?: number;
  /** Sound that may wait for the reader of a response's `audio`, in bytes. Default 64 MiB. */
  readonly maxBufferedAudioBytes?: number;
  /** Events that may wait until the connection is open. Default 1,000. */
  readonly maxQueuedEvents?: number;
  /** Their size, in bytes. Default 16 MiB. */
  readonly maxQueuedBytes?: number;
  /**
   * How long the server may take to begin its own answer to a turn before `respond()` no longer waits for it, in
   * milliseconds; also how long speech may go on without sound. Default 4,000.
   */
  readonly turnMs?: number;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** How the endpoint is reached in place of a WebSocket: `webrtc()` of `antiphon/client/browser`. */
  readonly transport?: SessionTransport;
  /** A connection of your own, whatever `transport` says: an open wire, or what makes one for each attempt. */
  readonly wire?: Wire | Dial;
}

/** `url`, or `provider` with what it needs, or `wire`; and how to keep the session. */
export type ConnectOptions = SessionOptions & EndpointOptions;
