import { randomBytes } from 'node:crypto';
import type { StateClock } from '../clock.ts';
import { keysOf } from '../keys.ts';
import type { SharedState } from '../shared-state.ts';
import { memoryLeases } from './leases.ts';
import { memoryNodes } from './nodes.ts';
import { memorySnapshots } from './snapshots.ts';
import { memoryStore } from './store.ts';
import { memoryWindows } from './windows.ts';

const secretBytes = 32;

/** State in the memory of this process. It begins empty and is lost with the process. Servers of one process may share it. */
export function memoryState(clock: StateClock): SharedState {
  const secrets = memoryStore(clock);
  const snapshots = memorySnapshots(clock);
  const nodes = memoryNodes(clock);
  return {
    secrets,
    windows: memoryWindows(),
    leases: memoryLeases(clock),
    snapshots,
    nodes,
    isUp: true,
    follow: () => () => {},
    keyFor: keysOf(randomBytes(secretBytes)),
    async close() {
      secrets.close();
      snapshots.clear();
      nodes.clear();
    },
  };
}
