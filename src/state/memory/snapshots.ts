import type { StateClock } from '../clock.ts';
import type { Snapshots } from '../snapshots.ts';
import { Expiring } from './expiring.ts';

interface Kept {
  /** Only who writes under this one or a later one may. */
  readonly epoch: number;
  /** Null once it was dropped. */
  readonly bytes: Uint8Array | null;
}

/** Snapshots of this process's own, which are gone with it. */
export function memorySnapshots(clock: StateClock): Snapshots & { clear(): void } {
  const all = new Expiring<Kept>(clock);
  return {
    begin: () => clock.now(),
    async save(id, epoch, bytes, ttlMs) {
      const kept = all.get(id);
      if (kept !== null && (kept.epoch > epoch || (kept.epoch === epoch && kept.bytes === null))) return 'refused';
      all.set(id, { epoch, bytes }, clock.now() + ttlMs);
      return 'kept';
    },
    read: async (id) => all.get(id)?.bytes ?? null,
    async claim(id) {
      const kept = all.get(id);
      if (kept === null || kept.bytes === null) return null;
      const claim = { epoch: Math.max(kept.epoch + 1, clock.now()), bytes: kept.bytes };
      all.set(id, claim, all.goes(id) ?? clock.now());
      return claim;
    },
    async drop(id, epoch) {
      const kept = all.get(id);
      if (kept === null || kept.epoch > epoch) return;
      all.set(id, { epoch, bytes: null }, all.goes(id) ?? clock.now());
    },
    clear: () => all.clear(),
  };
}
