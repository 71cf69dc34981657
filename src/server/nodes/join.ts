import type { SharedState } from '../../state/shared-state.ts';
import type { Clock } from '../clock.ts';
import type { SessionLog } from '../log.ts';
import { Neighbours } from './neighbours.ts';
import { Presence } from './presence.ts';

export interface JoinOptions {
  readonly name: string;
  readonly state: Pick<SharedState, 'nodes' | 'keyFor' | 'follow'>;
  /** Where the others reach this node, once that is known. */
  readonly url: () => string;
  readonly version: string;
  readonly startedAt: number;
  readonly sessionCount: () => number;
  readonly isDraining: () => boolean;
  readonly clock: Clock;
  readonly log: SessionLog;
}

/** A server among the nodes that share its state. */
export interface Membership {
  readonly neighbours: Neighbours;
  /** Tells the others that it is there, from now on. Resolves once they could know. */
  begin(): Promise<void>;
  /** Tells them at once what has changed. */
  announce(): void;
  /** Tells them that it is gone. */
  end(): Promise<void>;
}

export function joinNodes(options: JoinOptions): Membership {
  const { name, state, clock, log, version, startedAt } = options;
  const presence = new Presence({
    nodes: state.nodes,
    clock,
    log,
    self: () => ({
      id: name,
      url: options.url(),
      sessions: options.sessionCount(),
      isDraining: options.isDraining(),
      version,
      startedAt,
    }),
  });
  const stopFollowing = state.follow((isUp) => {
    if (isUp) void presence.now();
  });
  return {
    neighbours: new Neighbours({ name, presence, key: state.keyFor('forward'), clock, log }),
    begin: () => presence.begin(),
    announce: () => void presence.now(),
    async end() {
      stopFollowing();
      await presence.end();
    },
  };
}
