import type { StateClock } from '../clock.ts';
import type { Span, Window, Windows } from '../windows.ts';
import { SharedWindow, type Told } from './window.ts';

/** Tells a store what this node has used of a window and set aside, and gives what the others have. Rejects where it is away. */
export type Exchange = (told: Told) => Promise<Told>;

/** Where nodes tell each other what they use. */
export interface WindowStore {
  /** The store's time at a moment of ours, and a moment of ours from the store's. */
  storeTime(at: number): number;
  ownTime(storeAt: number): number;
  readonly isUp: boolean;
  /** How many nodes there were when the store was last heard. */
  readonly nodes: number;
  /** Calls back each time the store stops or begins to answer. */
  follow(listener: (isUp: boolean) => void): void;
  /** The way to exchange what is used of one window. */
  exchangeOf(name: string, span: Span): Exchange;
}

export interface SharingOptions {
  readonly store: WindowStore;
  readonly clock: StateClock;
}

/** Windows in use hear of the others as often, in milliseconds. */
const refreshMs = 1000;
/** What is used at once is told at once, together; what comes right behind it waits so long, in milliseconds. */
const gatherMs = 20;
/** A window is in use for so long after somebody asked, in milliseconds. */
const inUseMs = 60_000;

/** One window, and its talk with the store: one exchange at a time, and the next not too soon. */
class Talk {
  readonly window: SharedWindow;
  readonly #exchange: Exchange;
  readonly #store: WindowStore;
  readonly #clock: StateClock;
  #askedAt = -Infinity;
  #nextAt = -Infinity;
  #isTalking = false;
  /** The store may have forgotten what it was told. */
  #isAllUntold = true;
  #timer: { readonly at: number; readonly callOff: () => void } | null = null;

  constructor(span: Span, exchange: Exchange, { store, clock }: SharingOptions) {
    this.#exchange = exchange;
    this.#store = store;
    this.#clock = clock;
    this.window = new SharedWindow(span, {
      storeTime: (time) => store.storeTime(time),
      ownTime: (time) => store.ownTime(time),
      get nodes() {
        return store.nodes;
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
    if (this.#isTalking || !this.#store.isUp) return;
    this.#isTalking = true;
    const wasAll = this.#isAllUntold;
    this.#isAllUntold = false;
    const told = this.window.tell(wasAll);
    try {
      const { held, uses } = await this.#exchange(told);
      this.window.heard(this.#clock.now(), told, { others: new Map(uses), held });
    } catch {
      this.#isAllUntold = true; // what has come through is said again, which changes nothing
    }
    this.#isTalking = false;
    this.#goOn();
  }

  #goOn(): void {
    const now = this.#clock.now();
    this.window.forget(now);
    this.#nextAt = now + gatherMs;
    if (this.window.hasUntold) return this.#wakeAt(this.#nextAt);
    if (this.window.isHolding || now - this.#askedAt < inUseMs) this.#wakeAt(now + refreshMs);
  }
}

/** Windows that nodes share. */
export function sharedWindows(options: SharingOptions): Windows & { close(): void } {
  const { store } = options;
  const talks = new Map<string, Talk>();
  store.follow((isUp) => {
    if (isUp) for (const talk of talks.values()) talk.again();
  });
  return {
    open(name: string, span: Span): Window {
      const id = `${name}/${span}`;
      const talk = talks.get(id) ?? new Talk(span, store.exchangeOf(name, span), options);
      talks.set(id, talk);
      return talk.window;
    },
    close() {
      for (const talk of talks.values()) talk.close();
    },
  };
}
