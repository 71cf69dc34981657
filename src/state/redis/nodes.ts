import type { NodeFacts, Nodes } from '../nodes.ts';
import type { Connection } from './connection.ts';
import { announceNode } from './scripts.ts';

/** The nodes that share one store, and how many of them there were when it was last heard. */
export interface RedisNodes extends Nodes {
  readonly count: number;
}

export function redisNodes(connection: Connection): RedisNodes {
  const keys = [connection.key('nodes')];
  let count = 1;

  async function ask(...args: readonly (string | number)[]): Promise<NodeFacts[]> {
    const answer = (await connection.run(announceNode, keys, args)) as readonly string[];
    count = Math.max(1, answer.length);
    // Written by `announce` alone.
    return answer.map((facts) => JSON.parse(facts) as NodeFacts);
  }

  return {
    get count() {
      return count;
    },
    async announce(self, ttlMs) {
      await ask(self.id, JSON.stringify(self), ttlMs);
    },
    find: async (id) => (await ask()).find((node) => node.id === id) ?? null,
    all: () => ask(),
    async leave(id) {
      await connection.ask((redis) => redis.hdel(connection.key('nodes'), id));
    },
  };
}
