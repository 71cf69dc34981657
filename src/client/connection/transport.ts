import type { WireClosed } from '../../wire/wire.ts';
import { asClientError, ClientError } from '../errors.ts';
import { patiently } from '../events/deadline.ts';
import { guarded } from '../events/listeners.ts';
import { type Backoff, backoffOf, isPassing, isWorthAnother } from '../restore/backoff.ts';
import type { SettledOptions } from '../settled-options.ts';
import { type Link, type LinkOptions, type LinkOwner, lossOf, openLink } from './link.ts';
import { Outbox } from './outbox.ts';
import type { ConnectionChange, ConnectionState } from './state.ts';

/** A client event with what the transport must know of it. */
export interface Outgoing {
  readonly type: string;
  readonly event_id?: string | undefined;
  readonly [field: string]: unknown;
}

/** What a transport needs of its session, and tells it. */
export interface TransportOwner extends LinkOwner {
  /**
   * A connection is made. What this sends at once goes ahead of all that waits; what it returns settles when the session
   * may be used, with the ids of items that were restored. A rejection ends the attempt.
   */
  made(isFirst: boolean): Promise<readonly string[]>;
  /** The connection is gone. */
  lost(): void;
  /** The session could not be taken up again on a connection that was made for that: whether another way is tried at once. */
  refused(error: ClientError): boolean;
  /** Keeps sound that is sent while there is no connection. False: it is lost. */
  keeps(event: Outgoing): boolean;
  /** With what a connection is closed in whose place another comes. */
  readonly renewCode: number;
  change(change: ConnectionChange): void;
  /** It is over for good. Told once, as soon as that is clear. */
  ended(error: ClientError): void;
  /** Nothing is open any more. Only the first time counts. */
  closed(why: WireClosed): void;
}

/** A connection that lasted so long counts as sound; the attempts after one that did not go on counting. */
const soundMs = 10_000;
const normal: WireClosed = { code: 1000, reason: '' };

/** Carries events over one connection after the other, and keeps what is sent meanwhile. */
export class Transport {
  readonly #owner: TransportOwner;
  readonly #options: SettledOptions;
  readonly #outbox: Outbox;
  /** Null: a lost connection ends the session. */
  readonly #backoff: Backoff | null;
  readonly #ending = new AbortController();
  #link: Link | null = null;
  #state: ConnectionState = 'connecting';
  /** Fails the attempt whose session is not ready yet. */
  #failAttempt: ((error: ClientError) => void) | null = null;
  #attempts = 0;
  #madeAt = 0;
  #dropped: Record<string, number> = {};
  #lastClose: WireClosed = normal;

  constructor(owner: TransportOwner, options: SettledOptions) {
    this.#owner = owner;
    this.#options = options;
    this.#outbox = new Outbox(options);
    this.#backoff = options.reconnect === false ? null : backoffOf(options.reconnect);
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get pendingBytes(): number {
    return (this.#link?.pendingBytes ?? 0) + this.#outbox.bytes;
  }

  /** The event waits to be sent. */
  holds(eventId: string): boolean {
    return this.#outbox.has(eventId);
  }

  /** Makes the first connection. Rejects with a `ClientError` when that fails, after which the transport is over. */
  async start(): Promise<void> {
    const { clock, signal } = this.#options;
    try {
      await patiently<unknown>(clock, { signal }, ({ resolve, reject }) => {
        this.#attempt(true).then(resolve, reject);
        return null;
      });
    } catch (cause) {
      const error = this.#state === 'closed' ? new ClientError('closed') : asClientError(cause);
      this.#end(error);
      throw error;
    }
  }

  /**
   * Sends the event, or keeps it until there is a connection. `frame` writes it down.
   *
   * @throws {ClientError} `queue_full`, `closed`
   */
  send(event: Outgoing, frame = () => JSON.stringify(event)): void {
    if (this.#state === 'closed') throw new ClientError('closed');
    if (this.#state === 'open') this.#link?.send(frame());
    else if (this.#state === 'reconnecting' && isSound(event)) this.#keep(event);
    else this.#outbox.add({ eventId: event.event_id ?? null, type: event.type, frame: frame() });
  }

  /** Sends the event ahead of all that waits. For `made`. */
  sendFirst(event: Outgoing): void {
    this.#link?.send(JSON.stringify(event));
  }

  /** Forgets what waits and is about what the last connection held. For `made`. */
  dropStale(isStale: (type: string) => boolean): void {
    this.#countDropped(this.#outbox.take(({ type }) => isStale(type)));
  }

  /** Forgets an event that waits. */
  forget(eventId: string): void {
    this.#outbox.take((event) => event.eventId === eventId);
  }

  /** Puts a new connection in place of this one, which its age is about to end. */
  renew(): void {
    const link = this.#link;
    if (this.#state !== 'open' || link === null || this.#failAttempt !== null) return;
    this.#link = null;
    this.#attempts = 0;
    link.close(this.#owner.renewCode, '');
    void this.#reconnect('age', normal);
  }

  close(code: number, reason: string): void {
    if (this.#state === 'closed') return;
    this.#lastClose = { code, reason };
    this.#end(new ClientError('closed'), { code, reason });
  }

  /** One attempt, up to the moment when the session may be used. */
  #attempt(isFirst: boolean): Promise<readonly string[]> {
    let link: Link | null = null;
    return new Promise<readonly string[]>((resolve, reject) => {
      this.#failAttempt = reject;
      const made = (open: Link) => {
        link = open;
        this.#link = open;
        this.#madeAt = this.#options.clock.now();
        this.#owner.made(isFirst).then(resolve, reject);
        this.#open();
      };
      const closed: LinkOptions['closed'] = (why, server) => {
        if (link === this.#link) this.#linkClosed(lossOf(why, server), why);
      };
      openLink({ owner: this.#owner, options: this.#options, signal: this.#ending.signal, made, closed }).catch(reject);
    }).finally(() => {
      this.#failAttempt = null;
    });
  }

  #open(): void {
    this.#state = 'open';
    // What the connection can't carry must not keep the rest.
    for (const { frame } of this.#outbox.take(() => true))
      guarded(() => this.#link?.send(frame), this.#options.onHandlerError);
  }

  #linkClosed(error: ClientError, why: WireClosed): void {
    this.#link = null;
    this.#lastClose = why;
    if (this.#state === 'closed') return this.#owner.closed(this.#lastClose);
    this.#owner.lost();
    if (this.#failAttempt !== null) return this.#failAttempt(error);
    if (this.#backoff === null || !isPassing(why, error.server)) return this.#end(error);
    if (this.#options.clock.now() - this.#madeAt >= soundMs) this.#attempts = 0;
    void this.#reconnect('lost', why);
  }

  /** Tries until it works, or it is clear that it won't. Never rejects. */
  async #reconnect(reason: 'lost' | 'age', first: WireClosed): Promise<void> {
    const backoff = this.#backoff;
    const { change, lost } = this.#owner;
    if (backoff === null) return;
    this.#state = 'reconnecting';
    if (reason === 'age') lost();
    let cause: WireClosed | ClientError = first;
    while (this.#attempts < backoff.maxAttempts) {
      const attempt = ++this.#attempts;
      const delayMs = backoff.delayMs(attempt);
      change({ type: 'reconnecting', reason, attempt, delayMs, cause });
      // oxlint-disable-next-line no-await-in-loop -- attempts come one after the other
      const result: readonly string[] | ClientError = await this.#delay(delayMs)
        .then(() => this.#attempt(false))
        .catch(asClientError);
      if (this.#ending.signal.aborted) return;
      if (!(result instanceof ClientError)) return this.#reconnected(result);
      cause = result;
      this.#state = 'reconnecting';
      this.#dropLink();
      if (this.#owner.refused(result)) continue;
      if (!isWorthAnother(result)) break;
    }
    const error = new ClientError('connection_lost', cause instanceof ClientError ? { cause } : { close: cause });
    change({ type: 'lost', cause: error });
    this.#end(error);
  }

  #reconnected(restoredItemIds: readonly string[]): void {
    const dropped = this.#dropped;
    this.#dropped = {};
    this.#owner.change({ type: 'reconnected', restoredItemIds, dropped });
  }

  /** A delay of none is none, so that a connection can be back in the same turn of the event loop. */
  async #delay(timeoutMs: number): Promise<void> {
    if (timeoutMs === 0) return;
    const { signal } = this.#ending;
    await patiently(this.#options.clock, { signal, timeoutMs }, () => null).catch(() => {});
  }

  #end(error: ClientError, { code, reason }: WireClosed = normal): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#ending.abort();
    this.#failAttempt?.(error);
    if (error.close !== null) this.#lastClose = error.close;
    this.#owner.ended(error);
    if (this.#link === null) this.#owner.closed(this.#lastClose);
    else this.#link.close(code, reason);
  }

  /** Lets go of a connection on which the session did not become ready. */
  #dropLink(): void {
    const link = this.#link;
    if (link === null) return;
    this.#link = null;
    link.close(1000, '');
    this.#owner.lost();
  }

  #keep(event: Outgoing): void {
    if (!this.#owner.keeps(event)) this.#countDropped([event]);
  }

  #countDropped(events: readonly { readonly type: string }[]): void {
    for (const { type } of events) this.#dropped[type] = (this.#dropped[type] ?? 0) + 1;
  }
}

function isSound({ type }: Outgoing): boolean {
  return type === 'input_audio_buffer.append';
}
