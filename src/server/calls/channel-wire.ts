import type { Peer } from '../../media/peer.ts';
import type { Wire, WireClosed, WireListener } from '../../wire/wire.ts';
import type { Clock } from '../clock.ts';

/** What a wire needs of a call's peer. */
export type Channel = Pick<Peer, 'hasChannel' | 'maxMessageBytes' | 'pendingBytes' | 'sendMessage' | 'close'>;

export interface ChannelWireOptions {
  readonly channel: Channel;
  readonly clock: Pick<Clock, 'after'>;
  /** Largest frame taken from the peer, in bytes; a larger one closes the wire with 1009. */
  readonly frameBytes: number;
  /** What is sent in place of a frame that is longer than the peer takes, so that it knows what it has missed. */
  readonly tooLong: (text: string, bytes: number) => string;
  /** The wire closes, whoever wants it. */
  readonly ending: () => void;
  /** The peer has closed, too, or took too long. */
  readonly gone: () => void;
}

/** How long a peer may take to close after all was sent, in milliseconds; as a socket's closing handshake. */
const closingMs = 5000;
/** Frames that wait here while none is taken, in frames of the largest size: a channel can't be told to wait. */
const heldFrames = 2;
/** What each of them takes beside its text, in bytes. */
const bytesOfEach = 100;

/**
 * A call's data channel as a wire. What is sent before the channel opens waits for it. Where the offer has no channel,
 * what is sent goes nowhere. The call's end is the wire's end, and the other way round; what was sent still leaves, but
 * nobody waits for it.
 */
export class ChannelWire implements Wire {
  readonly #options: ChannelWireOptions;
  #listener: WireListener | null = null;
  /** Until it closes, for whatever reason. */
  #isUp = true;
  #isGone = false;
  /** Frames that wait for the channel to open; null once it has. */
  #early: string[] | null = [];
  #earlyBytes = 0;
  /** Frames of the peer that wait to be taken. */
  readonly #held: string[] = [];
  #heldBytes = 0;
  #isPaused = false;
  /** Why it closed. */
  #why: WireClosed | null = null;
  #callOff = (): void => {};

  constructor(options: ChannelWireOptions) {
    this.#options = options;
  }

  get pendingBytes(): number {
    if (!this.#isUp) return 0;
    return this.#early === null ? this.#options.channel.pendingBytes : this.#earlyBytes;
  }

  open(listener: WireListener): void {
    this.#listener = listener;
  }

  send(text: string): void {
    const { channel, tooLong } = this.#options;
    if (!channel.hasChannel || !this.#isUp) return;
    const bytes = Buffer.byteLength(text);
    if (bytes <= channel.maxMessageBytes) return this.#post(text, bytes);
    const instead = tooLong(text, bytes);
    const insteadBytes = Buffer.byteLength(instead);
    if (insteadBytes <= channel.maxMessageBytes) this.#post(instead, insteadBytes);
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    for (let text = this.#nextHeld(); text !== null; text = this.#nextHeld()) this.#listener?.frame(text);
  }

  close(code: number, reason: string): void {
    if (!this.#isUp) return;
    this.#why = { code, reason };
    this.#isUp = false;
    this.#options.ending();
    this.#callOff = this.#options.clock.after(closingMs, () => this.#leave());
    this.#options.channel.close();
    queueMicrotask(() => this.#tellClosed()); // never while the owner is at work
  }

  /** The channel can be sent on. */
  opened(): void {
    if (!this.#isUp || this.#early === null) return;
    const early = this.#early;
    this.#early = null;
    for (const text of early) this.#options.channel.sendMessage(text);
    if (early.length > 0) this.#listener?.drained();
  }

  frame(text: string): void {
    if (!this.#isUp) return;
    const { frameBytes } = this.#options;
    const bytes = Buffer.byteLength(text);
    if (bytes > frameBytes) this.close(1009, `a frame has more than ${frameBytes} bytes`);
    else if (this.#isPaused || this.#held.length > 0) this.#hold(text, bytes);
    else this.#listener?.frame(text);
  }

  binary(bytes: number): void {
    if (this.#isUp) this.#listener?.binary(bytes);
  }

  drained(): void {
    if (this.#isUp) this.#listener?.drained();
  }

  /** The peer is gone; this is why, unless the wire was closed on this side before. */
  end(code: number, reason: string): void {
    if (this.#isUp) {
      this.#isUp = false;
      this.#why = { code, reason };
      this.#options.ending();
      this.#options.channel.close();
    }
    this.#tellClosed();
    this.#leave();
  }

  #tellClosed(): void {
    if (this.#why !== null) this.#listener?.closed(this.#why);
    this.#listener = null;
  }

  #leave(): void {
    this.#callOff();
    if (!this.#isGone) this.#options.gone();
    this.#isGone = true;
  }

  #post(text: string, bytes: number): void {
    if (this.#early === null) return this.#options.channel.sendMessage(text);
    this.#early.push(text);
    this.#earlyBytes += bytes;
  }

  #hold(text: string, bytes: number): void {
    this.#held.push(text);
    this.#heldBytes += bytes + bytesOfEach;
    const most = this.#options.frameBytes * heldFrames;
    if (this.#heldBytes > most) this.close(1008, 'frames come faster than they can be taken');
  }

  #nextHeld(): string | null {
    const text = this.#isPaused || !this.#isUp ? undefined : this.#held.shift();
    if (text === undefined) return null;
    this.#heldBytes -= Buffer.byteLength(text) + bytesOfEach;
    return text;
  }
}
