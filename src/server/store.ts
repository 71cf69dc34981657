import type { Clock } from './clock.ts';

/**
 * What the servers of one endpoint share: values that are forgotten at a time. Kept small, so that another store can take
 * its place when many processes serve as one.
 */
export interface Store {
  /**
   * Keeps a value until `expiresAt`, Unix milliseconds. Where `most` values are kept already nothing is, and the answer is
   * when the first of them goes; else it is null.
   */
  put(key: string, value: string, expiresAt: number, most?: number): Promise<number | null>;
  /** The value, or null where there is none or its time is over. */
  get(key: string): Promise<string | null>;
}

interface Entry {
  readonly value: string;
  readonly expiresAt: number;
}

/** Values that go in the same second are looked after together. */
const secondMs = 1000;

/** How often a store in memory looks for values whose time is over, in milliseconds. */
const sweepMs = 10_000;

/** A store that nobody but this process sees. */
export interface MemoryStore extends Store {
  /** Forgets everything. */
  close(): void;
}

/** A store in this process's memory. Values leave it within ten seconds of the time when they are over. */
export function memoryStore(clock: Clock): MemoryStore {
  const entries = new Map<string, Entry>();
  /** Keys by the second after which they are gone. */
  const goings = new Map<number, string[]>();
  /** Calls off the next sweep; null while there is nothing to sweep. */
  let callOff: (() => void) | null = null;

  function sweep(): void {
    const now = clock.now();
    for (const [second, keys] of goings) {
      if (second * secondMs > now) continue;
      goings.delete(second);
      for (const key of keys) if ((entries.get(key)?.expiresAt ?? now) <= now) entries.delete(key);
    }
  }

  function sweepOn(): void {
    sweep();
    callOff = entries.size === 0 ? null : clock.after(sweepMs, sweepOn);
  }

  return {
    async put(key, value, expiresAt, most = Infinity) {
      sweep();
      if (entries.size >= most && !entries.has(key)) return Math.min(...goings.keys()) * secondMs;
      entries.set(key, { value, expiresAt });
      const second = Math.ceil(expiresAt / secondMs);
      const keys = goings.get(second);
      if (keys === undefined) goings.set(second, [key]);
      else keys.push(key);
      callOff ??= clock.after(sweepMs, sweepOn);
      return null;
    },
    async get(key) {
      const entry = entries.get(key);
      return entry !== undefined && entry.expiresAt > clock.now() ? entry.value : null;
    },
    close() {
      callOff?.();
      callOff = null;
      entries.clear();
      goings.clear();
    },
  };
}
