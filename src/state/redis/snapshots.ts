import type { StateClock } from '../clock.ts';
import type { Saved, Snapshots } from '../snapshots.ts';
import type { Connection } from './connection.ts';
import { claimSnapshot, dropSnapshot, saveSnapshot } from './scripts.ts';

/** The store has lost its memory, and does not know yet what the nodes hold. */
export class StoreUnsettledError extends Error {
  override readonly name = 'StoreUnsettledError';

  constructor() {
    super('The shared state has lost its memory a moment ago, and does not know yet who has the session.');
  }
}

const answers: readonly Saved[] = ['refused', 'kept', 'unsettled'];

/** Snapshots that any node can claim. */
export function redisSnapshots(connection: Connection, clock: StateClock): Snapshots {
  const keys = (id: string): string[] => [connection.key('snapshot', id), connection.sinceKey];
  /** What was given up as late may come to the store behind what followed it: so each save has a number. */
  let count = 0;
  return {
    begin: () => connection.storeTime(clock.now()),
    async save(id, epoch, bytes, ttlMs) {
      count += 1;
      const answer = await connection.run(saveSnapshot, keys(id), [epoch, count, bytes, ttlMs]);
      return answers[Number(answer)] ?? 'refused';
    },
    async read(id) {
      const bytes = await connection.ask((redis) => redis.hgetBuffer(connection.key('snapshot', id), 'bytes'));
      return bytes === null ? null : new Uint8Array(bytes);
    },
    async claim(id) {
      const answer = await connection.run(claimSnapshot, keys(id), []);
      if (!Array.isArray(answer)) return null;
      const [epoch, bytes] = answer as [Buffer, Buffer | undefined];
      if (bytes === undefined) throw new StoreUnsettledError();
      return { epoch: Number(epoch), bytes: new Uint8Array(bytes) };
    },
    async drop(id, epoch) {
      await connection.run(dropSnapshot, keys(id), [epoch]);
    },
  };
}
