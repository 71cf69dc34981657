import type { Leases } from '../leases.ts';
import type { Connection } from './connection.ts';
import { takeLease } from './scripts.ts';

/** Places that the holders of all nodes share. `nodes`: how many nodes there were when the store was last heard. */
export function redisLeases(connection: Connection, nodes: () => number): Leases {
  /** Who holds places of a key here. */
  const here = new Map<string, Set<string>>();

  function hold(key: string, holder: string): void {
    here.set(key, (here.get(key) ?? new Set()).add(holder));
  }

  /** Whether the place may be had without asking: this node has its share of them. */
  function hasRoomHere(key: string, holder: string, most: number): boolean {
    const holders = here.get(key) ?? new Set();
    return holders.has(holder) || holders.size < Math.max(1, Math.floor(most / nodes()));
  }

  return {
    async take(key, holder, most, ttlMs) {
      const bound = Number.isFinite(most) ? most : -1;
      const taken = await connection.run(takeLease, [connection.key('sessions', key)], [holder, bound, ttlMs]).then(
        (answer) => answer === 1,
        () => hasRoomHere(key, holder, most),
      );
      if (taken) hold(key, holder);
      return taken;
    },
    async renew(key, holder, ttlMs) {
      hold(key, holder);
      await connection.run(takeLease, [connection.key('sessions', key)], [holder, -1, ttlMs]);
    },
    async release(key, holder) {
      const holders = here.get(key);
      holders?.delete(holder);
      if (holders?.size === 0) here.delete(key);
      await connection.ask((redis) => redis.zrem(connection.key('sessions', key), holder));
    },
  };
}
