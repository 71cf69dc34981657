import type { Wire, WireListener } from '../wire/wire.ts';
import type { Turns } from './turns.ts';

/** A wire whose peer can be made to wait with what it sends. */
export interface PausableWire extends Wire {
  /** Reads nothing more; what was read already may still be told. */
  pause(): void;
  resume(): void;
}

type Told = (listener: WireListener) => void;

/**
 * The same wire, whose frames are told as far as the turn of the loop goes and the peer reads its answers; the rest waits,
 * at first here, then at the peer's end, which is not read meanwhile. So a client that floods is served no faster than it
 * leaves room for others, and one that asks for much and reads nothing is not asked for more.
 *
 * `unreadBytes`: answers waiting for the peer above which no further frame of its is taken.
 */
export function pacedWire(wire: PausableWire, turns: Turns, unreadBytes: number): Wire {
  return new PacedWire(wire, turns, unreadBytes);
}

class PacedWire implements Wire {
  readonly #wire: PausableWire;
  readonly #turns: Turns;
  readonly #unreadBytes: number;
  #listener: WireListener | null = null;
  #waiting: Told[] = [];
  #isPostponed = false;

  constructor(wire: PausableWire, turns: Turns, unreadBytes: number) {
    this.#wire = wire;
    this.#turns = turns;
    this.#unreadBytes = unreadBytes;
  }

  get pendingBytes(): number {
    return this.#wire.pendingBytes;
  }

  open(listener: WireListener): void {
    this.#listener = listener;
    this.#wire.open({
      frame: (text) => this.#take((to) => to.frame(text)),
      binary: (bytes) => this.#take((to) => to.binary(bytes)),
      drained: () => {
        listener.drained();
        if (this.#waiting.length > 0) this.#postpone();
      },
      closed: (why) => {
        this.#listener = null;
        this.#waiting = [];
        listener.closed(why);
      },
    });
  }

  send(text: string): void {
    this.#wire.send(text);
  }

  close(code: number, reason: string): void {
    this.#wire.close(code, reason);
  }

  /** Frames behind one that waits wait too. */
  #take(told: Told): void {
    if (this.#waiting.length === 0 && this.#mayTell) return this.#tell(told);
    if (this.#waiting.length === 0) this.#wire.pause();
    this.#waiting.push(told);
    if (!this.#isUnread) this.#postpone();
  }

  get #mayTell(): boolean {
    return !this.#isUnread && !this.#turns.isOver();
  }

  get #isUnread(): boolean {
    return this.#wire.pendingBytes > this.#unreadBytes;
  }

  #tell(told: Told): void {
    if (this.#listener !== null) told(this.#listener);
  }

  /** Once the loop has turned, or the peer has read. */
  #tellMore(): void {
    while (this.#waiting.length > 0) {
      if (this.#isUnread) return;
      if (this.#turns.isOver()) return this.#postpone();
      const told = this.#waiting.shift();
      if (told !== undefined) this.#tell(told);
    }
    this.#wire.resume();
  }

  #postpone(): void {
    if (this.#isPostponed) return;
    this.#isPostponed = true;
    this.#turns.later(() => {
      this.#isPostponed = false;
      this.#tellMore();
    }, 'frames');
  }
}
