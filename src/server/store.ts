import type { Clock } from './clock.ts';

/**
 * What the servers of one endpoint share: values that are forgotten at a time. Kept small, so that another store can take
 * its place when many processes serve as one.
 */
export interface Store {
  /** Keeps a value until `expiresAt`, Unix milliseconds. */
  put(key: string, value: string, expiresAt: number): Promise<void>;
  /** The value, or null where there is none or its time is over. */
  get(key: string): Promise<string | null>;
}

interface Entry {
  readonly value: string;
  readonly expiresAt: number;
}

/** Values swept for their age at each `put`, so that what nobody asks for again does not stay. */
const sweptAtOnce = 16;

/** A store in this process's memory. */
export function memoryStore(clock: Clock): Store {
  const entries = new Map<string, Entry>();

  function live(key: string): Entry | null {
    const entry = entries.get(key);
    if (entry === undefined || entry.expiresAt > clock.now()) return entry ?? null;
    entries.delete(key);
    return null;
  }

  return {
    async put(key, value, expiresAt) {
      for (const old of [...entries.keys()].slice(0, sweptAtOnce)) live(old);
      entries.set(key, { value, expiresAt });
    },
    get: async (key) => live(key)?.value ?? null,
  };
}
