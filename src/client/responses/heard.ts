import { keepNewest } from '../events/bounded.ts';

/** Items that are remembered. One that is forgotten counts as unheard: better asked twice than never. */
const mostKnown = 1_000;

/**
 * Which items of the conversation a response has had in its context. A response reads the conversation as it is when the
 * server begins it, so the order of the server's events tells.
 */
export interface Heard {
  /** An item is in the conversation. One that a reconnection brings back is as heard as it was. */
  added(itemId: string): void;
  /** A response begins that reads the conversation. */
  readAll(): void;
  /** A response had all of these. */
  hasAll(itemIds: readonly string[]): boolean;
}

export function heardItems(): Heard {
  /** By item, whether it was read; the newest ones. */
  const known = new Map<string, boolean>();
  return {
    added(itemId) {
      if (!known.has(itemId)) known.set(itemId, false);
      keepNewest(known, mostKnown);
    },
    readAll() {
      for (const itemId of known.keys()) known.set(itemId, true);
    },
    hasAll: (itemIds) => itemIds.every((itemId) => known.get(itemId)),
  };
}
