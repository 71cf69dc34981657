import type { Leases } from './leases.ts';
import type { Nodes } from './nodes.ts';
import type { Snapshots } from './snapshots.ts';
import type { Store } from './store.ts';
import type { Windows } from './windows.ts';

/**
 * What the nodes of one endpoint share. `memoryState` shares nothing with other processes; with a store beside the nodes
 * (`redisState`), many nodes are one endpoint. Methods that wait do so for a second at most, and then reject or go on with
 * what this node knows, as each part says.
 */
export interface SharedState {
  /** Client secrets. */
  readonly secrets: Store;
  /** What keys have used. */
  readonly windows: Windows;
  /** How many sessions of a key are open. */
  readonly leases: Leases;
  /** Snapshots of sessions, from which they are resumed. */
  readonly snapshots: Snapshots;
  /** Which nodes there are. */
  readonly nodes: Nodes;
  /** Whether the store answers; always true if it is this process's memory. */
  readonly isUp: boolean;
  /**
   * Calls back each time the store stops answering (false), or answers again or has lost its memory (true). Returns a function
   * that ends it.
   */
  follow(listener: (isUp: boolean) => void): () => void;
  /**
   * 32 bytes to sign and encrypt with, which only these nodes know. They are the same on each node and different for each
   * purpose.
   */
  keyFor(purpose: string): Uint8Array;
  /** Disconnects from the store. Whoever made the state closes it, once the servers that use it are closed. */
  close(): Promise<void>;
}
