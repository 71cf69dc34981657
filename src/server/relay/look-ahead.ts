import type { RawSocketWire } from '../../wire/node/raw-socket.ts';
import type { RawListener } from '../../wire/raw-wire.ts';
import type { WireClosed } from '../../wire/wire.ts';

/** Told of what comes first; both may be told, in this order. */
export interface FirstTold {
  /** The first frame has come. Nothing more is read until the wire is opened or resumed. */
  frame(bytes: Buffer): void;
  closed(why: WireClosed): void;
}

/** The same wire, after a look at its first frame: whoever opens it is told everything from the beginning. */
export function lookAhead(wire: RawSocketWire, first: FirstTold): RawSocketWire {
  return new LookedAt(wire, first);
}

type Told = (listener: RawListener<Buffer>) => void;

class LookedAt implements RawSocketWire, RawListener<Buffer> {
  readonly #wire: RawSocketWire;
  readonly #first: FirstTold;
  #early: Told[] = [];
  #listener: RawListener<Buffer> | null = null;
  #hasFirst = false;

  constructor(wire: RawSocketWire, first: FirstTold) {
    this.#wire = wire;
    this.#first = first;
    wire.open(this);
  }

  frame(bytes: Buffer, isBinary: boolean): void {
    if (this.#listener !== null) return this.#listener.frame(bytes, isBinary);
    this.#early.push((to) => to.frame(bytes, isBinary));
    if (this.#hasFirst) return;
    this.#hasFirst = true;
    this.#wire.pause();
    this.#first.frame(bytes);
  }

  drained(): void {
    this.#tell((to) => to.drained());
  }

  closed(why: WireClosed): void {
    this.#tell((to) => to.closed(why));
    this.#first.closed(why);
  }

  get pendingBytes(): number {
    return this.#wire.pendingBytes;
  }

  open(listener: RawListener<Buffer>): void {
    this.#listener = listener;
    const waiting = this.#early;
    this.#early = [];
    for (const told of waiting) told(listener);
    this.#wire.resume();
  }

  send(frame: Uint8Array | string, isBinary: boolean): void {
    this.#wire.send(frame, isBinary);
  }

  pause(): void {
    this.#wire.pause();
  }

  resume(): void {
    this.#wire.resume();
  }

  close(code: number, reason: string): void {
    this.#wire.close(code, reason);
  }

  terminate(): void {
    this.#wire.terminate();
  }

  #tell(told: Told): void {
    if (this.#listener === null) this.#early.push(told);
    else told(this.#listener);
  }
}
