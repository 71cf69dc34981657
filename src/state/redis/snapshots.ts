import type { Snapshots } from '../snapshots.ts';
import type { Connection } from './connection.ts';
import { claimSnapshot, dropSnapshot, saveSnapshot } from './scripts.ts';

/** Snapshots that any node can claim. */
export function redisSnapshots(connection: Connection): Snapshots {
  const keys = (id: string): string[] => [connection.key('snapshot', id)];
  return {
    save: async (id, epoch, bytes, ttlMs) =>
      (await connection.run(saveSnapshot, keys(id), [epoch, bytes, ttlMs])) === 1,
    async claim(id) {
      const answer = await connection.run(claimSnapshot, keys(id), []);
      if (!Array.isArray(answer)) return null;
      const [epoch, bytes] = answer as [number, Buffer];
      return { epoch: Number(epoch), bytes: new Uint8Array(bytes) };
    },
    async drop(id, epoch) {
      await connection.run(dropSnapshot, keys(id), [epoch]);
    },
  };
}
