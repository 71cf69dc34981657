import type { StateClock } from '../clock.ts';

/** Values that go in the same second are looked after together. */
const secondMs = 1000;

/** How often values are looked for whose time is over, in milliseconds. */
const sweepMs = 10_000;

interface Entry<V> {
  readonly value: V;
  readonly expiresAt: number;
}

/** A map whose values are gone at a time, and leave memory within ten seconds of it. Times are Unix milliseconds. */
export class Expiring<V> {
  readonly #entries = new Map<string, Entry<V>>();
  /** Keys by the second after which they are gone. */
  readonly #goings = new Map<number, Set<string>>();
  readonly #clock: StateClock;
  /** Calls off the next sweep; null while there is nothing to sweep. */
  #callOff: (() => void) | null = null;

  constructor(clock: StateClock) {
    this.#clock = clock;
  }

  /** How many values there are whose time is not over, or over since less than a second. */
  get size(): number {
    this.#sweep();
    return this.#entries.size;
  }

  /** When the first of them goes; Infinity where there is none. */
  get firstGoes(): number {
    return Math.min(...this.#goings.keys()) * secondMs;
  }

  set(key: string, value: V, expiresAt: number): void {
    this.delete(key);
    this.#entries.set(key, { value, expiresAt });
    const second = secondOf(expiresAt);
    const keys = this.#goings.get(second);
    if (keys === undefined) this.#goings.set(second, new Set([key]));
    else keys.add(key);
    this.#callOff ??= this.#clock.after(sweepMs, () => this.#sweepOn());
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  get(key: string): V | null {
    return this.#good(key)?.value ?? null;
  }

  /** When the value goes; null where there is none. */
  goes(key: string): number | null {
    return this.#good(key)?.expiresAt ?? null;
  }

  values(): V[] {
    const now = this.#clock.now();
    return [...this.#entries.values()].flatMap(({ value, expiresAt }) => (expiresAt > now ? [value] : []));
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    const second = secondOf(entry.expiresAt);
    const keys = this.#goings.get(second);
    keys?.delete(key);
    if (keys?.size === 0) this.#goings.delete(second);
  }

  /** Forgets everything. */
  clear(): void {
    this.#callOff?.();
    this.#callOff = null;
    this.#entries.clear();
    this.#goings.clear();
  }

  #good(key: string): Entry<V> | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.expiresAt > this.#clock.now() ? entry : undefined;
  }

  #sweep(): void {
    const now = this.#clock.now();
    for (const [second, keys] of this.#goings) {
      if (second * secondMs > now) continue;
      this.#goings.delete(second);
      for (const key of keys) this.#entries.delete(key);
    }
  }

  #sweepOn(): void {
    this.#sweep();
    this.#callOff = this.#entries.size === 0 ? null : this.#clock.after(sweepMs, () => this.#sweepOn());
  }
}

function secondOf(expiresAt: number): number {
  return Math.ceil(expiresAt / secondMs);
}
