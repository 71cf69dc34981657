import type { StateClock } from '../clock.ts';
import { keysOf } from '../keys.ts';
import type { SharedState } from '../shared-state.ts';
import type { Told } from '../sharing/window.ts';
import { sharedWindows } from '../sharing/windows.ts';
import type { Answers, Line } from './line.ts';
import type { WindowHub } from './window-hub.ts';

export interface WorkersStateOptions {
  /** The line to the primary. */
  readonly line: Pick<Line, 'ask'>;
  /** The same for all workers, and known to nobody else. */
  readonly secret: string;
  readonly clock: StateClock;
}

/** State that the primary of several processes keeps for them (`stateAnswers`). Each ask waits a second at most. */
export function workersState({ line, secret, clock }: WorkersStateOptions): SharedState {
  const asking = askingOf(line);
  const windows = sharedWindows({
    clock,
    store: {
      // The primary is on the same machine, and time is the same there.
      storeTime: (at) => at,
      ownTime: (at) => at,
      isUp: true,
      nodes: 1,
      follow() {},
      exchangeOf: (name, span) => (told) => asking<Told>('windows.exchange', `${name}/${span}`, told),
    },
  });
  return {
    secrets: {
      put: (...args) => asking('secrets.put', ...args),
      get: (...args) => asking('secrets.get', ...args),
    },
    windows,
    leases: {
      take: (...args) => asking('leases.take', ...args),
      renew: (...args) => asking('leases.renew', ...args),
      release: (...args) => asking('leases.release', ...args),
    },
    snapshots: {
      begin: () => clock.now(),
      save: (...args) => asking('snapshots.save', ...args),
      read: (...args) => asking('snapshots.read', ...args),
      claim: (...args) => asking('snapshots.claim', ...args),
      drop: (...args) => asking('snapshots.drop', ...args),
    },
    nodes: {
      announce: (...args) => asking('nodes.announce', ...args),
      find: (...args) => asking('nodes.find', ...args),
      all: () => asking('nodes.all'),
      leave: (...args) => asking('nodes.leave', ...args),
    },
    isUp: true,
    follow: () => () => {},
    keyFor: keysOf(secret),
    async close() {
      windows.close();
    },
  };
}

/** What the primary answers is what `stateAnswers` says, of the same make. */
function askingOf(line: Pick<Line, 'ask'>): <T>(what: string, ...args: readonly unknown[]) => Promise<T> {
  return async <T>(what: string, ...args: readonly unknown[]) => (await line.ask(what, args)) as T;
}

/** What the primary answers a worker, out of the state that it keeps for all of them. */
export function stateAnswers(
  { secrets, leases, snapshots, nodes }: Pick<SharedState, 'secrets' | 'leases' | 'snapshots' | 'nodes'>,
  hub: WindowHub,
  worker: string,
): Answers {
  return {
    'secrets.put': secrets.put.bind(secrets),
    'secrets.get': secrets.get.bind(secrets),
    'leases.take': leases.take.bind(leases),
    'leases.renew': leases.renew.bind(leases),
    'leases.release': leases.release.bind(leases),
    'snapshots.save': snapshots.save.bind(snapshots),
    'snapshots.read': snapshots.read.bind(snapshots),
    'snapshots.claim': snapshots.claim.bind(snapshots),
    'snapshots.drop': snapshots.drop.bind(snapshots),
    'nodes.announce': nodes.announce.bind(nodes),
    'nodes.find': nodes.find.bind(nodes),
    'nodes.all': nodes.all.bind(nodes),
    'nodes.leave': nodes.leave.bind(nodes),
    'windows.exchange': (window: string, told: Told) => hub.exchange(window, worker, told),
  };
}
