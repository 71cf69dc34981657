import { endOf, type Span, type Window } from '../windows.ts';

/** Amounts by when they stop to count, in the store's time. */
type Uses = Map<number, number>;

/** Stops to count after any other moment. */
const never = 8_640_000_000_000_000;
const minuteMs = 60_000;
/** What was used within the same second stops to count together, at the end of it. */
const grainMs = 1000;

/** What a window has to know of the others. */
export interface Surroundings {
  /** The store's time at a moment of ours, and a moment of ours from the store's. */
  storeTime(at: number): number;
  ownTime(storeAt: number): number;
  readonly isUp: boolean;
  /** How many nodes there were when the store was last heard. */
  readonly nodes: number;
  /** It is in use: the others shall be heard. `isUrgent`: there is something to tell them. */
  wake(isUrgent: boolean): void;
}

/** What a node tells of a window, or hears of the others. */
export interface Told {
  readonly held: number;
  readonly uses: readonly (readonly [ends: number, amount: number])[];
}

/**
 * What is known here of a window that nodes share: what this node has used, to the last, and what the others had used when they
 * were last heard. While the store is away nobody is heard, so each node goes on as if the others used as much as it does; then each
 * uses its share of what was left, and together they keep the bound.
 */
export class SharedWindow implements Window {
  readonly #span: Span;
  readonly #around: Surroundings;
  readonly #own: Uses = new Map();
  #others: Uses = new Map();
  /** What the others are taken to have used since the store went away. */
  readonly #guessed: Uses = new Map();
  /** Of what was used here, what the store does not know yet. */
  readonly #untold = new Set<number>();
  readonly #listeners = new Set<() => void>();
  #held = 0;
  #heldByOthers = 0;

  constructor(span: Span, around: Surroundings) {
    this.#span = span;
    this.#around = around;
  }

  used(at: number): number {
    this.#around.wake(false);
    const now = this.#around.storeTime(at);
    return [this.#own, this.#others, this.#guessed].reduce((sum, uses) => sum + sumOf(uses, now), 0);
  }

  add(at: number, amount: number): void {
    const ends = this.#endOf(this.#around.storeTime(at));
    add(this.#own, ends, amount);
    if (!this.#around.isUp) add(this.#guessed, ends, amount * (this.#around.nodes - 1));
    this.#untold.add(ends);
    this.#around.wake(true);
  }

  below(at: number, bound: number): number {
    const now = this.#around.storeTime(at);
    let left = this.used(at);
    if (left < bound) return at;
    const all = [this.#own, this.#others, this.#guessed].flatMap((uses) => [...uses]);
    for (const [ends, amount] of all.toSorted(([one], [other]) => one - other)) {
      if (ends <= now) continue;
      left -= amount;
      if (left < bound) return ends === never ? Infinity : this.#around.ownTime(ends);
    }
    return Infinity;
  }

  get held(): number {
    return this.#around.isUp ? this.#held + this.#heldByOthers : this.#held * this.#around.nodes;
  }

  hold(amount: number): void {
    this.#held += amount;
    if (amount !== 0) this.#around.wake(true);
  }

  follow(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** What is set aside here. */
  get heldHere(): number {
    return this.#held;
  }

  /** Whether something was used here that the store does not know yet. */
  get hasUntold(): boolean {
    return this.#untold.size > 0;
  }

  /** What the store does not know yet; of a store that may have forgotten, all of it. */
  tell(isAll: boolean): Told {
    if (isAll) for (const ends of this.#own.keys()) this.#untold.add(ends);
    const uses = [...this.#untold].map((ends) => [ends, this.#own.get(ends) ?? 0] as const);
    return { held: this.#held, uses };
  }

  /** The store knows what it was told, and has said what the others use. */
  heard(told: Told, others: Uses, heldByOthers: number): void {
    for (const [ends, amount] of told.uses) if ((this.#own.get(ends) ?? 0) === amount) this.#untold.delete(ends);
    const isMore = [...others].some(([ends, amount]) => amount > (this.#others.get(ends) ?? 0));
    this.#others = others;
    this.#heldByOthers = heldByOthers;
    this.#guessed.clear();
    if (isMore) for (const listener of this.#listeners) listener();
  }

  /** Lets go of what counts no more. */
  forget(at: number): void {
    const now = this.#around.storeTime(at);
    for (const uses of [this.#own, this.#others, this.#guessed]) {
      for (const ends of uses.keys()) if (ends <= now) uses.delete(ends);
    }
    for (const ends of this.#untold) if (ends <= now) this.#untold.delete(ends);
  }

  #endOf(now: number): number {
    if (this.#span === 'minute') return (Math.floor(now / grainMs) + 1) * grainMs + minuteMs;
    const end = endOf(this.#span, now);
    return end === Infinity ? never : end;
  }
}

function add(uses: Uses, ends: number, amount: number): void {
  if (amount !== 0) uses.set(ends, (uses.get(ends) ?? 0) + amount);
}

function sumOf(uses: Uses, now: number): number {
  let sum = 0;
  for (const [ends, amount] of uses) if (ends > now) sum += amount;
  return sum;
}
