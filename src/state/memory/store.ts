import type { StateClock } from '../clock.ts';
import type { Store } from '../store.ts';
import { Expiring } from './expiring.ts';

/** A store that nobody but this process sees. */
export interface MemoryStore extends Store {
  /** Forgets everything. */
  close(): void;
}

/** A store in this process's memory. Values leave it within ten seconds of the time when they are over. */
export function memoryStore(clock: StateClock): MemoryStore {
  const values = new Expiring<string>(clock);
  return {
    async put(key, value, expiresAt, most = Infinity) {
      if (values.size >= most && !values.has(key)) return values.firstGoes;
      values.set(key, value, expiresAt);
      return null;
    },
    async get(key) {
      return values.get(key);
    },
    close: () => values.clear(),
  };
}
