import { randomBytes } from 'node:crypto';
import type { StateClock } from '../clock.ts';
import type { Span, Window, Windows } from '../windows.ts';
import type { Connection } from './connection.ts';
import { exchangeUses } from './scripts.ts';
import { SharedWindow } from './window.ts';

/** Windows in use hear of the others as often, in milliseconds. */
const refreshMs = 1000;
/** What is used at once is told at once, together; what comes right behind it waits so long, in milliseconds. */
const gatherMs = 20;
/** A window is in use for so long after somebody asked, in milliseconds. */
const inUseMs = 60_000;
/** What a node has set aside counts for so long when it is not heard of again, in milliseconds. */
const holdMs = 10_000;

/** One window, and its talk with the store: one exchange at a time, and the next not too soon. */
class Talk {
  readonly window: SharedWindow;
  readonly #key: string;
  readonly #connection: Connection;
  readonly #clock: StateClock;
  readonly #node: string;
  #askedAt = -Infinity;
  #nextAt = -Infinity;
  #isTalking = false;
  /** The store may have forgotten what it was told. */
  #isAllUntold = true;
  #timer: { readonly at: number; readonly callOff: () => void } | null = null;

  constructor(at: {
    key: string;
    span: Span;
    node: string;
    connection: Connection;
    clock: StateClock;
    nodes: () => number;
  }) {
    const { connection, nodes } = at;
    this.#key = at.key;
    this.#node = at.node;
    this.#connection = connection;
    this.#clock = at.clock;
    this.window = new SharedWindow(at.span, {
      storeTime: (time) => connection.storeTime(time),
      ownTime: (time) => connection.ownTime(time),
      get isUp() {
        return connection.isUp;
      },
      get nodes() {
        return nodes();
      },
      wake: (isUrgent) => this.#wake(isUrgent),
    });
    this.#wake(true);
  }

  /** The store answers again, and may have been emptied. */
  again(): void {
    this.#isAllUntold = true;
    this.#wakeAt(this.#clock.now());
  }

  close(): void {
    this.#timer?.callOff();
    this.#timer = null;
  }

  #wake(isUrgent: boolean): void {
    const now = this.#clock.now();
    this.#askedAt = now;
    this.#wakeAt(isUrgent ? Math.max(now, this.#nextAt) : Math.max(now, this.#nextAt - gatherMs + refreshMs));
  }

  /** Talks then, or sooner where that was due already. */
  #wakeAt(at: number): void {
    if (this.#timer !== null && this.#timer.at <= at) return;
    this.#timer?.callOff();
    const callOff = this.#clock.after(at - this.#clock.now(), () => {
      this.#timer = null;
      void this.#talk();
    });
    this.#timer = { at, callOff };
  }

  async #talk(): Promise<void> {
    if (this.#isTalking || !this.#connection.isUp) return;
    this.#isTalking = true;
    const wasAll = this.#isAllUntold;
    this.#isAllUntold = false;
    const told = this.window.tell(wasAll);
    try {
      const pairs = told.uses.flatMap(([ends, amount]) => [ends, amount]);
      const answer = await this.#connection.run(exchangeUses, [this.#key], [this.#node, told.held, holdMs, ...pairs]);
      const [held = 0, ...heard] = (answer as readonly string[]).map(Number);
      const others = new Map<number, number>();
      for (let i = 0; i + 1 < heard.length; i += 2) others.set(heard[i] ?? 0, heard[i + 1] ?? 0);
      this.window.heard(told, others, held);
    } catch {
      this.#isAllUntold = true; // what has come through is said again, which changes nothing
    }
    this.#isTalking = false;
    this.#goOn(told.held);
  }

  #goOn(toldHeld: number): void {
    const now = this.#clock.now();
    this.window.forget(now);
    this.#nextAt = now + gatherMs;
    const hasMore = this.window.hasUntold || this.window.heldHere !== toldHeld;
    if (hasMore) return this.#wakeAt(this.#nextAt);
    if (this.window.heldHere > 0 || now - this.#askedAt < inUseMs) this.#wakeAt(now + refreshMs);
  }
}

/** Windows that nodes share. `nodes`: how many there were when the store was last heard. */
export function redisWindows(
  connection: Connection,
  clock: StateClock,
  nodes: () => number,
): Windows & { close(): void } {
  const talks = new Map<string, Talk>();
  // Of this process's time, not of the node's name: what an earlier one of that name has used stands beside it.
  const node = randomBytes(6).toString('base64url');
  connection.follow((isUp) => {
    if (isUp) for (const talk of talks.values()) talk.again();
  });
  return {
    open(name: string, span: Span): Window {
      const id = `${name}/${span}`;
      const talk =
        talks.get(id) ?? new Talk({ key: connection.key('used', name, span), span, node, connection, clock, nodes });
      talks.set(id, talk);
      return talk.window;
    },
    close() {
      for (const talk of talks.values()) talk.close();
    },
  };
}
