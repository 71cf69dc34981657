import { RawOver } from '../../wire/node/raw-over.ts';
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

class LookedAt extends RawOver {
  readonly #first: FirstTold;
  #early: Told[] = [];
  #hasFirst = false;

  constructor(wire: RawSocketWire, first: FirstTold) {
    super(wire);
    this.#first = first;
    wire.open(this);
  }

  override open(listener: RawListener<Buffer>): void {
    this.listener = listener;
    const waiting = this.#early;
    this.#early = [];
    for (const told of waiting) told(listener);
    this.wire.resume();
  }

  override frame(bytes: Buffer, isBinary: boolean): void {
    if (this.listener !== null) return this.listener.frame(bytes, isBinary);
    this.#early.push((to) => to.frame(bytes, isBinary));
    if (this.#hasFirst) return;
    this.#hasFirst = true;
    this.wire.pause();
    this.#first.frame(bytes);
  }

  override drained(): void {
    this.#tell((to) => to.drained());
  }

  override closed(why: WireClosed): void {
    this.#tell((to) => to.closed(why));
    this.#first.closed(why);
  }

  #tell(told: Told): void {
    if (this.listener === null) this.#early.push(told);
    else told(this.listener);
  }
}
