import { cutReason, utf8Bytes } from './close-reason.ts';
import { DrainMark } from './drain-mark.ts';
import type { Wire, WireClosed, WireListener } from './wire.ts';

/** One end of a pair in memory. */
export interface MemoryWire extends Wire {
  /** Sends a binary frame of so many bytes, which no `Wire` can: for trying out how the other end answers. */
  sendBinary(bytes: number): void;
  /** Stops reading, as a slow peer does: what the other end sends waits there and counts as its `pendingBytes`. */
  hold(): void;
  /** Reads on, starting with all that waited. */
  release(): void;
}

/** How much may wait on a pair of wires in memory. */
export interface MemoryPairOptions {
  /** `pendingBytes` above which `drained` is told once they have halved. Default 65,536. */
  readonly highWaterBytes?: number;
}

/**
 * Two linked wires without a socket. Frames arrive in the order sent, synchronously, and never inside the handler of
 * another frame of the pair: what a handler sends is delivered when the handler has returned.
 */
export function memoryPair(options: MemoryPairOptions = {}): readonly [MemoryWire, MemoryWire] {
  const turns = turnTaker();
  const highWaterBytes = options.highWaterBytes ?? 65_536;
  const left = new MemoryEnd(turns, highWaterBytes);
  const right = new MemoryEnd(turns, highWaterBytes);
  left.link(right);
  right.link(left);
  return [left, right];
}

type Message =
  | { readonly type: 'frame'; readonly text: string; readonly bytes: number }
  | { readonly type: 'binary'; readonly bytes: number }
  | { readonly type: 'close'; readonly code: number; readonly reason: string; readonly bytes: 0 };

class MemoryEnd implements MemoryWire {
  readonly #turns: (run: () => void) => void;
  readonly #drainMark: DrainMark;
  readonly #inbox: Message[] = [];
  #peer: MemoryEnd | null = null;
  #listener: WireListener | null = null;
  #held = false;
  #phase: 'open' | 'closing' | 'closed' = 'open';
  /** Why it closed, until the listener has been told. */
  #untold: WireClosed | null = null;
  #pendingBytes = 0;

  constructor(turns: (run: () => void) => void, highWaterBytes: number) {
    this.#turns = turns;
    this.#drainMark = new DrainMark(highWaterBytes);
  }

  link(peer: MemoryEnd): void {
    this.#peer = peer;
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  open(listener: WireListener): void {
    this.#listener = listener;
    this.#read();
    this.#turns(() => this.#tellClosed());
  }

  send(text: string): void {
    this.#post({ type: 'frame', text, bytes: utf8Bytes(text) });
  }

  sendBinary(bytes: number): void {
    this.#post({ type: 'binary', bytes });
  }

  close(code: number, reason: string): void {
    this.#post({ type: 'close', code, reason: cutReason(reason), bytes: 0 });
    if (this.#phase === 'open') this.#phase = 'closing';
  }

  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.#read();
  }

  #post(message: Message): void {
    if (this.#phase !== 'open') return;
    this.#pendingBytes += message.bytes;
    this.#peer?.arrive(message);
    this.#drainMark.grew(this.#pendingBytes);
  }

  arrive(message: Message): void {
    this.#inbox.push(message);
    this.#turns(() => this.#deliver());
  }

  #read(): void {
    for (let waiting = this.#inbox.length; waiting > 0; waiting--) this.#turns(() => this.#deliver());
  }

  #deliver(): void {
    if (this.#held || this.#listener === null) return;
    const message = this.#inbox.shift();
    if (message === undefined) return;
    this.#peer?.sent(message.bytes);
    if (message.type === 'close') {
      this.#peer?.end(message.code, message.reason);
      this.end(message.code, message.reason);
    } else if (this.#phase === 'open') {
      this.#hear(this.#listener, message);
    }
  }

  #hear(listener: WireListener, message: Exclude<Message, { type: 'close' }>): void {
    if (message.type === 'frame') listener.frame(message.text);
    else listener.binary(message.bytes);
  }

  /** The peer has read so many of the bytes sent here. */
  sent(bytes: number): void {
    if (this.#phase === 'closed') return;
    this.#pendingBytes -= bytes;
    if (!this.#drainMark.shrank(this.#pendingBytes)) return;
    // A turn of its own: this runs before the handler of the frame that was read, and handlers never nest.
    this.#turns(() => {
      if (this.#phase === 'open') this.#listener?.drained();
    });
  }

  end(code: number, reason: string): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#pendingBytes = 0;
    this.#untold = { code, reason };
    this.#turns(() => this.#tellClosed());
  }

  #tellClosed(): void {
    if (this.#listener === null || this.#untold === null) return;
    const why = this.#untold;
    this.#untold = null;
    this.#listener.closed(why);
  }
}

/** Runs what it is given one after the other: what is given meanwhile waits its turn. */
function turnTaker(): (run: () => void) => void {
  const waiting: (() => void)[] = [];
  let busy = false;
  return (run) => {
    waiting.push(run);
    if (busy) return;
    busy = true;
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) next();
    } finally {
      busy = false;
    }
  };
}
