import { endOf, type Span, type Window } from '../windows.ts';

/** Stops to count after any other moment. */
const never = 8_640_000_000_000_000;
const minuteMs = 60_000;
/** What was used within the same second stops to count together, a minute after the end of it. */
const grainMs = 1000;

/** What a window has to know of the others. */
export interface Surroundings {
  /** The store's time at a moment of ours, and a moment of ours from the store's. */
  storeTime(at: number): number;
  ownTime(storeAt: number): number;
  /** How many nodes there were when the store was last heard. */
  readonly nodes: number;
  /** It is in use: the others shall be heard. `isUrgent`: there is something to tell them. */
  wake(isUrgent: boolean): void;
}

/** What this node tells of a window. */
export interface Told {
  readonly held: number;
  readonly uses: readonly (readonly [ends: number, amount: number])[];
}

/** What the others tell of it: amounts by when they stop to count, in the store's time, and what they have set aside. */
export interface Heard {
  readonly others: ReadonlyMap<number, number>;
  readonly held: number;
}

/** What was used here and stops to count at the same time, and how much of it the store knows. */
interface Use {
  amount: number;
  told: number;
}

/**
 * What is known here of a window that nodes share: what this node has used, to the last, and what the others had used when they
 * were last heard. Of what the store has not been told yet, it is taken that each of the others uses as much meanwhile: so that each
 * node, between two words of the store or while it is away, uses its share of what was left, and no more.
 */
export class SharedWindow implements Window {
  readonly #span: Span;
  readonly #around: Surroundings;
  /** By when it stops to count, in the store's time. */
  readonly #own = new Map<number, Use>();
  #others: ReadonlyMap<number, number> = new Map();
  readonly #listeners = new Set<(at: number) => void>();
  #held: Use = { amount: 0, told: 0 };
  #heldByOthers = 0;

  constructor(span: Span, around: Surroundings) {
    this.#span = span;
    this.#around = around;
  }

  used(at: number): number {
    this.#around.wake(false);
    return this.#counting(at).reduce((sum, [, amount]) => sum + amount, 0);
  }

  add(at: number, amount: number): void {
    if (amount === 0) return;
    const ends = this.#endOf(this.#around.storeTime(at));
    const use = this.#own.get(ends);
    if (use === undefined) this.#own.set(ends, { amount, told: 0 });
    else use.amount += amount;
    this.#around.wake(true);
  }

  below(at: number, bound: number): number {
    let left = this.used(at);
    if (left < bound) return at;
    for (const [ends, amount] of this.#counting(at).toSorted(([one], [other]) => one - other)) {
      left -= amount;
      if (left < bound) return ends === never ? Infinity : this.#around.ownTime(ends);
    }
    return Infinity;
  }

  get held(): number {
    return this.#withGuess(this.#held) + this.#heldByOthers;
  }

  hold(amount: number): void {
    if (amount === 0) return;
    this.#held.amount += amount;
    this.#around.wake(true);
  }

  follow(listener: (at: number) => void): void {
    this.#listeners.add(listener);
  }

  /** Whether something is set aside here, of which the others have to hear again and again. */
  get isHolding(): boolean {
    return this.#held.amount > 0;
  }

  /** Whether the store does not know all of this node yet. */
  get hasUntold(): boolean {
    return this.#held.amount !== this.#held.told || [...this.#own.values()].some(({ amount, told }) => amount !== told);
  }

  /** What the store does not know yet; of a store that may have forgotten, all of it. */
  tell(isAll: boolean): Told {
    const uses = [...this.#own].filter(([, { amount, told }]) => isAll || amount !== told);
    return { held: this.#held.amount, uses: uses.map(([ends, { amount }]) => [ends, amount]) };
  }

  /** The store knows what it was told, and has said what the others use. */
  heard(at: number, told: Told, { others, held }: Heard): void {
    for (const [ends, amount] of told.uses) {
      const use = this.#own.get(ends);
      if (use !== undefined) use.told = amount;
    }
    this.#held.told = told.held;
    const isMore = [...others].some(([ends, amount]) => amount > (this.#others.get(ends) ?? 0));
    this.#others = others;
    this.#heldByOthers = held;
    if (isMore) for (const listener of this.#listeners) listener(at);
  }

  /** Lets go of what counts no more. */
  forget(at: number): void {
    const now = this.#around.storeTime(at);
    for (const ends of this.#own.keys()) if (ends <= now) this.#own.delete(ends);
  }

  /** All amounts that count, with when they stop to. */
  #counting(at: number): (readonly [ends: number, amount: number])[] {
    const now = this.#around.storeTime(at);
    const own = [...this.#own].map(([ends, use]) => [ends, this.#withGuess(use)] as const);
    return [...own, ...this.#others].filter(([ends]) => ends > now);
  }

  #withGuess({ amount, told }: Use): number {
    return amount + Math.max(0, amount - told) * (this.#around.nodes - 1);
  }

  #endOf(now: number): number {
    if (this.#span === 'minute') return (Math.floor(now / grainMs) + 1) * grainMs + minuteMs;
    const end = endOf(this.#span, now);
    return end === Infinity ? never : end;
  }
}
