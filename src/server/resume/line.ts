import type { Utf8, Wire, WireClosed, WireListener } from '../../wire/wire.ts';
import type { Clock } from '../clock.ts';
import { textOf } from '../session/written.ts';
import { eventIdOf, Ring, type RingOptions } from './ring.ts';

/** Whoever minds a line. */
export interface LineOwner {
  /** The connection is gone, and nobody has closed it: whether the session waits for another. */
  lost(): boolean;
  /** The client has said something on the newest connection. */
  heard(): void;
}

/** How a client is met that takes the line over. */
export interface TakenOver {
  /** All that was sent after the frame it saw last is known. */
  readonly isKnown: boolean;
  /** Deltas of sound among it that are not kept any more. */
  readonly dropped: number;
}

/** With what a connection is closed whose session goes on on another. */
export const movedCloseCode = 1012;

/** A client that has closed like this is done: with a status that says so, or with none. */
const leaving: ReadonlySet<number> = new Set([1000, 1005]);

/** Whether a client whose connection has closed like this is done with its session. */
export type IsLeaving = (why: WireClosed) => boolean;

/**
 * The wire of a session that can outlive its connection. To the session it is one wire from its beginning to its end;
 * connections come and go behind it, at most one at a time. While there is none, what is sent is kept alone.
 */
export class Line implements Wire {
  readonly sendUtf8?: (pieces: Utf8) => void;
  readonly #clock: Pick<Clock, 'now'>;
  #owner: LineOwner | null = null;
  #socket: Wire | null;
  #listener: WireListener | null = null;
  /** Null while nobody has asked to resume. */
  #ring: Ring | null = null;
  /** The connection that is being greeted. */
  #greeted: Wire | null = null;
  #isGreeting = false;
  /** What the greeting was called. */
  #greeting: string | null = null;
  #isPaused = false;
  #isClosing = false;
  #isOver = false;
  readonly #isLeaving: IsLeaving;

  constructor(wire: Wire, clock: Pick<Clock, 'now'>, isLeaving: IsLeaving = ({ code }) => leaving.has(code)) {
    this.#socket = wire;
    this.#clock = clock;
    this.#isLeaving = isLeaving;
    if (wire.sendUtf8 !== undefined) this.sendUtf8 = (pieces) => this.#sendUtf8(pieces);
  }

  get pendingBytes(): number {
    return this.#socket?.pendingBytes ?? 0;
  }

  /** Characters that are kept to be sent again. */
  get keptBytes(): number {
    return this.#ring?.bytes ?? 0;
  }

  /** From now on what is sent is kept, and the owner asked what shall be when the connection is lost. */
  keep(options: RingOptions, owner: LineOwner): void {
    this.#owner = owner;
    this.#ring ??= new Ring(options);
  }

  /** Nothing is kept any more. */
  forget(): void {
    this.#owner = null;
    this.#ring = null;
  }

  open(listener: WireListener): void {
    this.#listener = listener;
    if (this.#socket !== null) this.#hear(this.#socket);
  }

  send(text: string): void {
    if (this.#isGreeting && this.#greeted !== null) {
      this.#greeting ??= eventIdOf(text);
      return this.#greeted.send(text);
    }
    this.#ring?.push(text, this.#clock.now());
    this.#socket?.send(text);
  }

  /** What is kept, is kept as text. */
  #sendUtf8(pieces: Utf8): void {
    const isKept = this.#ring !== null || this.#isGreeting;
    if (isKept || this.#socket?.sendUtf8 === undefined) this.send(textOf(pieces));
    else this.#socket.sendUtf8(pieces);
  }

  pause(): void {
    this.#isPaused = true;
    this.#socket?.pause?.();
  }

  resume(): void {
    this.#isPaused = false;
    this.#socket?.resume?.();
  }

  close(code: number, reason: string): void {
    this.#isClosing = true;
    if (this.#socket === null) this.#end({ code, reason });
    else this.#socket.close(code, reason);
  }

  /** The session ends now, and the connection is told so: nothing more is sent. */
  cut(code: number, reason: string): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(code, reason);
    this.#end({ code, reason });
  }

  /** What is sent meanwhile is for the connection alone that is being greeted, if one is. */
  greeting(send: () => void): void {
    this.#isGreeting = true;
    send();
    this.#isGreeting = false;
  }

  /**
   * Another connection takes the place of the one that there was, which is closed. `greet` sends what it is greeted with; then
   * it is sent what it missed `after` the frame that it saw last, byte for byte. Null, or a frame that is not known any more:
   * it is sent what comes from now on.
   */
  takeOver(wire: Wire, after: string | null, greet: (taken: TakenOver) => void): void {
    const ring = this.#ring;
    const old = this.#socket;
    this.#socket = null;
    old?.close(movedCloseCode, 'resumed elsewhere');
    if (ring === null) return wire.close(movedCloseCode, '');
    const place = after === null ? null : ring.placeAfter(after);
    const from = place ?? ring.end;
    this.#greeted = wire;
    this.#greeting = null;
    greet({ isKnown: place !== null, dropped: ring.since(from).dropped });
    this.#greeted = null;
    if (place !== null && this.#greeting !== null) ring.sentBeside(this.#greeting, place);
    for (const text of ring.since(from).texts) if (!isOfConnection(text)) wire.send(text);
    this.#socket = wire;
    if (this.#isPaused) wire.pause?.();
    this.#hear(wire);
    this.#listener?.drained();
  }

  #hear(wire: Wire): void {
    const isOurs = (): boolean => this.#socket === wire;
    wire.open({
      frame: (text) => (isOurs() ? this.#heard()?.frame(text) : undefined),
      binary: (bytes) => (isOurs() ? this.#heard()?.binary(bytes) : undefined),
      drained: () => (isOurs() ? this.#listener?.drained() : undefined),
      closed: (why) => (isOurs() ? this.#closed(why) : undefined),
    });
  }

  #heard(): WireListener | null {
    this.#owner?.heard();
    return this.#listener;
  }

  #closed(why: WireClosed): void {
    this.#socket = null;
    const isLost = !this.#isClosing && !this.#isLeaving(why) && (this.#owner?.lost() ?? false);
    if (isLost) this.#listener?.drained();
    else this.#end(why);
  }

  #end(why: WireClosed): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#ring = null;
    this.#listener?.closed(why);
  }
}

/** What is said of the connection itself means nothing to another. */
function isOfConnection(text: string): boolean {
  return /^\{"type":"session\.(?:resumption\.updated|ending)"/.test(text);
}
