import type { StateClock } from '../clock.ts';
import type { NodeFacts, Nodes } from '../nodes.ts';
import { Expiring } from './expiring.ts';

/** The nodes that share one process's memory. */
export function memoryNodes(clock: StateClock): Nodes & { clear(): void } {
  const nodes = new Expiring<NodeFacts>(clock);
  return {
    announce: async (self, ttlMs) => nodes.set(self.id, self, clock.now() + ttlMs),
    find: async (id) => nodes.get(id),
    all: async () => nodes.values(),
    leave: async (id) => nodes.delete(id),
    clear: () => nodes.clear(),
  };
}
