import type { Wire, WireClosed, WireListener } from '../../wire/wire.ts';
import { ClientError, invalid } from '../errors.ts';
import { deferred } from '../events/deferred.ts';

/** A peer that can't be heard has so long to come back before the call counts as lost, in milliseconds. */
const awayMs = 5_000;
/** So long is waited for what was sent last to leave, in milliseconds; a peer that is there takes one round trip. */
const lastWordsMs = 1_000;

/** Both sides have said that it is over. */
const hungUp: WireClosed = { code: 1000, reason: '' };
/** The other side is gone without a word. */
const vanished: WireClosed = { code: 1006, reason: '' };

/** A wire over the data channel of a call; its end is that of the call. */
export class ChannelWire implements Wire {
  readonly #connection: RTCPeerConnection;
  readonly #channel: RTCDataChannel;
  readonly #opened = deferred<void>();
  /** What comes before somebody listens. */
  #told: (tell: (listener: WireListener) => void) => void;
  #early: ((listener: WireListener) => void)[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** How this side ends it, from when it does. */
  #closing: WireClosed | null = null;
  #isOver = false;

  constructor(connection: RTCPeerConnection, channel: RTCDataChannel) {
    this.#connection = connection;
    this.#channel = channel;
    this.#told = (tell) => void this.#early.push(tell);
    this.#opened.promise.catch(() => {});
    channel.binaryType = 'arraybuffer';
    channel.addEventListener('open', () => this.#opened.resolve());
    channel.addEventListener('message', ({ data }) => this.#received(data));
    channel.addEventListener('bufferedamountlow', () => this.#told((listener) => listener.drained()));
    channel.addEventListener('close', () => this.#end(hungUp));
    connection.addEventListener('connectionstatechange', () => this.#stateChanged());
  }

  /** Resolves when events can be sent; rejects with code `unreachable` where that will not be. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  get pendingBytes(): number {
    return this.#channel.bufferedAmount;
  }

  open(listener: WireListener): void {
    this.#told = (tell) => tell(listener);
    for (const tell of this.#early.splice(0)) tell(listener);
  }

  /** @throws {ClientError} `invalid_options` for what is larger than the peer takes, `queue_full` */
  send(text: string): void {
    if (this.#closing !== null || this.#channel.readyState !== 'open') return;
    try {
      this.#channel.send(text);
    } catch (cause) {
      // The two that browsers throw on an open channel (WebRTC, section 6.2).
      if (!(cause instanceof TypeError)) throw new ClientError('queue_full', { cause });
      const most = this.#connection.sctp?.maxMessageSize;
      throw invalid(`The event is too large for this call, whose messages may have ${most} bytes.`, cause);
    }
  }

  close(code: number, reason: string): void {
    if (this.#closing !== null) return;
    this.#closing = { code, reason };
    this.#channel.close();
    this.#within(lastWordsMs);
  }

  /** Gives the call up at once. */
  drop(): void {
    this.#end(vanished);
  }

  #received(data: unknown): void {
    this.#told((listener) => {
      if (this.#closing !== null) return;
      if (typeof data === 'string') listener.frame(data);
      else listener.binary(data instanceof ArrayBuffer ? data.byteLength : 0);
    });
  }

  #stateChanged(): void {
    const { connectionState } = this.#connection;
    if (connectionState === 'failed') this.#end(vanished);
    else if (this.#closing !== null) return;
    else if (connectionState === 'disconnected') this.#within(awayMs);
    else clearTimeout(this.#timer);
  }

  #within(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end(vanished), ms);
  }

  #end(why: WireClosed): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#connection.close();
    this.#opened.reject(
      new ClientError('unreachable', {
        message: 'unreachable: the server took the call, but its media can’t be reached',
      }),
    );
    this.#told((listener) => listener.closed(this.#closing ?? why));
  }
}
