import type { Leases } from './leases.ts';
import type { Nodes } from './nodes.ts';
import type { Snapshots } from './snapshots.ts';
import type { Store } from './store.ts';
import type { Windows } from './windows.ts';

/**
 * What the nodes of one endpoint share. In the memory of one process nothing is shared with others (`memoryState`); a store
 * beside the nodes makes one endpoint of many. Whatever waits does so for a second at most, and then rejects or goes on with
 * what this node knows, as each part says.
 */
export interface SharedState {
  /** Client secrets. */
  readonly secrets: Store;
  /** What keys have used. */
  readonly windows: Windows;
  /** How many sessions of a key are open. */
  readonly leases: Leases;
  /** Sessions as they are written down, to be taken up again. */
  readonly snapshots: Snapshots;
  /** Which nodes there are. */
  readonly nodes: Nodes;
  /** Whether the store answers; always true where it is this process's memory. */
  readonly isUp: boolean;
  /**
   * Calls back each time the store stops answering (false), or answers again or has lost its memory (true). Returns a function
   * that ends it.
   */
  follow(listener: (isUp: boolean) => void): () => void;
  /** 32 bytes that only these nodes know, the same on each of them, others for each purpose: to sign and to encrypt with. */
  keyFor(purpose: string): Uint8Array;
  /** Lets go of the store. Whoever made the state closes it, once the servers that use it are closed. */
  close(): Promise<void>;
}
