/** What the others know of a node. */
export interface NodeFacts {
  /** Six hexadecimal digits, which the ids of its sessions and calls begin with. */
  readonly id: string;
  /** Where other nodes reach it. */
  readonly url: string;
  /** Sessions open on it. */
  readonly sessions: number;
  readonly isDraining: boolean;
  /** Of the program. */
  readonly version: string;
  /** Unix seconds. */
  readonly startedAt: number;
}

/** Which nodes there are: each says so itself, again and again. Every method rejects where the store does not answer. */
export interface Nodes {
  /** This is so for so many milliseconds. */
  announce(self: NodeFacts, ttlMs: number): Promise<void>;
  /** The node of this id; null where none has announced itself lately. */
  find(id: string): Promise<NodeFacts | null>;
  all(): Promise<readonly NodeFacts[]>;
  /** The node is gone. */
  leave(id: string): Promise<void>;
}
