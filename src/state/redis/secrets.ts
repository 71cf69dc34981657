import type { StateClock } from '../clock.ts';
import { Expiring } from '../memory/expiring.ts';
import { seal, unseal } from '../seal.ts';
import type { Store } from '../store.ts';
import type { Connection } from './connection.ts';
import { putSecret } from './scripts.ts';

/**
 * Values that all nodes see, sealed. What this node has kept or read it knows by itself until its time is over, so that these are good
 * here while the store is away; what it keeps meanwhile is good here alone.
 */
export function redisStore(connection: Connection, clock: StateClock, key: Uint8Array): Store & { close(): void } {
  const known = new Expiring<string>(clock);

  async function putLocally(name: string, value: string, expiresAt: number, most: number): Promise<number | null> {
    if (known.size >= most && !known.has(name)) return known.firstGoes;
    known.set(name, value, expiresAt);
    return null;
  }

  return {
    async put(name, value, expiresAt, most = Infinity) {
      const place = connection.key(name);
      const ttlMs = Math.max(1, expiresAt - clock.now());
      const sealed = seal(key, place, JSON.stringify({ value, expiresAt })).toString('base64');
      const bound = Number.isFinite(most) ? most : Number.MAX_SAFE_INTEGER;
      const keys = [place, connection.key('secrets')];
      const firstIn = await connection.run(putSecret, keys, [sealed, ttlMs, bound]).catch(() => null);
      if (firstIn === null) return putLocally(name, value, expiresAt, most);
      if (Number(firstIn) >= 0) return clock.now() + Number(firstIn);
      known.set(name, value, expiresAt);
      return null;
    },
    async get(name) {
      const here = known.get(name);
      if (here !== null) return here;
      const place = connection.key(name);
      const sealed = await connection.ask((redis) => redis.get(place));
      const text = sealed === null ? null : unseal(key, place, Buffer.from(sealed, 'base64'));
      if (text === null) return null;
      // Written by `put` alone, on a node that has the same secret.
      const { value, expiresAt } = JSON.parse(text) as { readonly value: string; readonly expiresAt: number };
      known.set(name, value, expiresAt);
      return value;
    },
    close: () => known.clear(),
  };
}
