import type { StateClock } from '../clock.ts';
import type { Leases } from '../leases.ts';

/** Leases of this process's own. */
export function memoryLeases(clock: StateClock): Leases {
  /** Until when each holder of a key has its place. */
  const keys = new Map<string, Map<string, number>>();

  function holdersOf(key: string): Map<string, number> {
    const holders = keys.get(key) ?? new Map<string, number>();
    const now = clock.now();
    for (const [holder, until] of holders) if (until <= now) holders.delete(holder);
    return holders;
  }

  function hold(key: string, holders: Map<string, number>, holder: string, ttlMs: number): void {
    keys.set(key, holders.set(holder, clock.now() + ttlMs));
  }

  return {
    async take(key, holder, most, ttlMs) {
      const holders = holdersOf(key);
      if (!holders.has(holder) && holders.size >= most) return false;
      hold(key, holders, holder, ttlMs);
      return true;
    },
    async renew(key, holder, ttlMs) {
      hold(key, holdersOf(key), holder, ttlMs);
    },
    async release(key, holder) {
      const holders = holdersOf(key);
      holders.delete(holder);
      if (holders.size === 0) keys.delete(key);
    },
  };
}
