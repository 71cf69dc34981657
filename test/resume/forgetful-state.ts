import { memoryState } from '../../src/state/memory/state.ts';
import type { SharedState } from '../../src/state/shared-state.ts';
import type { Snapshots } from '../../src/state/snapshots.ts';
import { virtualClock } from '../../src/testing/index.ts';

/** A node's way to the store. */
export interface ForgetfulNode {
  readonly state: SharedState;
  /** The node hears that the store is back. */
  back(): void;
}

/** State whose store can lose what was written down in it, as one does that is killed and comes back. */
export interface Forgetful {
  node(): ForgetfulNode;
  forget(): void;
  /** All nodes have had time to write down what they hold. */
  settle(): void;
}

export function forgetful(): Forgetful {
  const clock = virtualClock();
  const memory = memoryState(clock);
  let { snapshots } = memory;
  /** Since when it remembers. */
  let since = 0;
  let isYoung = false;

  /** Time goes on with each epoch. */
  function tick(): number {
    clock.advance(1);
    return clock.now();
  }

  const store: Snapshots = {
    begin: tick,
    async save(id, epoch, bytes, ttlMs) {
      const is = await snapshots.save(id, epoch, bytes, ttlMs);
      return is === 'kept' && isYoung && epoch < since ? 'unsettled' : is;
    },
    read: (id) => snapshots.read(id),
    async claim(id) {
      if (isYoung) throw new Error('nobody knows yet who has it');
      tick();
      return snapshots.claim(id);
    },
    drop: (id, epoch) => snapshots.drop(id, epoch),
  };

  return {
    node() {
      const listeners = new Set<(isUp: boolean) => void>();
      return {
        state: {
          ...memory,
          snapshots: store,
          follow(listener) {
            listeners.add(listener);
            return () => void listeners.delete(listener);
          },
        },
        back: () => void [...listeners].forEach((listener) => listener(true)),
      };
    },
    forget() {
      ({ snapshots } = memoryState(clock));
      since = tick();
      isYoung = true;
    },
    settle() {
      isYoung = false;
    },
  };
}
