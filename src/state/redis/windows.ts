import { randomBytes } from 'node:crypto';
import type { StateClock } from '../clock.ts';
import { sharedWindows } from '../sharing/windows.ts';
import type { Windows } from '../windows.ts';
import type { Connection } from './connection.ts';
import { exchangeUses } from './scripts.ts';

/** What a node has set aside counts for so long when it is not heard of again, in milliseconds. */
const holdMs = 10_000;

/** Windows that nodes share. `nodes`: how many there were when the store was last heard. */
export function redisWindows(
  connection: Connection,
  clock: StateClock,
  nodes: () => number,
): Windows & { close(): void } {
  // Of this process's time, not of the node's name: what an earlier one of that name has used stands beside it.
  const node = randomBytes(6).toString('base64url');
  return sharedWindows({
    clock,
    store: {
      storeTime: (at) => connection.storeTime(at),
      ownTime: (storeAt) => connection.ownTime(storeAt),
      get isUp() {
        return connection.isUp;
      },
      get nodes() {
        return nodes();
      },
      follow: (listener) => void connection.follow(listener),
      exchangeOf: (name, span) => async (told) => {
        const key = connection.key('used', name, span);
        const pairs = told.uses.flatMap(([ends, amount]) => [ends, amount]);
        const answer = await connection.run(exchangeUses, [key], [node, told.held, holdMs, ...pairs]);
        const [held = 0, ...heard] = (answer as readonly string[]).map(Number);
        const uses: [number, number][] = [];
        for (let i = 0; i + 1 < heard.length; i += 2) uses.push([heard[i] ?? 0, heard[i + 1] ?? 0]);
        return { held, uses };
      },
    },
  });
}
