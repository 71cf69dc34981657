/** What the other nodes know about a node. */
export interface NodeFacts {
  /** Six hexadecimal digits, which the ids of its sessions and calls begin with. */
  readonly id: string;
  /** Where other nodes reach it. */
  readonly url: string;
  /** Sessions open on it. */
  readonly sessions: number;
  readonly isDraining: boolean;
  /** The version of the program. */
  readonly version: string;
  /** When it started, in Unix seconds. */
  readonly startedAt: number;
}

/** Which nodes there are: each announces itself, again and again. Every method rejects if the store does not answer. */
export interface Nodes {
  /** Announces this node for `ttlMs` milliseconds. */
  announce(self: NodeFacts, ttlMs: number): Promise<void>;
  /** The node of this id; null if none has announced itself lately. */
  find(id: string): Promise<NodeFacts | null>;
  all(): Promise<readonly NodeFacts[]>;
  /** The node is gone. */
  leave(id: string): Promise<void>;
}
