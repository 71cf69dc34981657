/** A snapshot of a session, and the epoch that may save it from now on. */
export interface Claim {
  readonly epoch: number;
  readonly bytes: Uint8Array;
}

/**
 * What happened to a snapshot. `kept`: whoever claims the session finds it. `unsettled`: it is kept, but the store has lost
 * its memory a moment ago, so that another may have a later claim that the store does not know again yet. `refused`: another
 * has claimed the session, or it was dropped.
 */
export type Saved = 'kept' | 'unsettled' | 'refused';

/** How long a store that has lost its memory is not relied upon, in milliseconds: by then every node has written down what it holds. */
export const settleMs = 5_000;

/**
 * Snapshots of sessions. Whoever saves one names its epoch. A claim begins the next epoch and shuts out those before it, so
 * that no session lives twice. An epoch is the time at which it began, so that a later one is greater, whatever the store
 * has forgotten meanwhile. Callers encrypt the bytes. Every method that waits rejects if the store does not answer.
 */
export interface Snapshots {
  /** The epoch of a session that begins now. */
  begin(): number;
  /** Keeps a snapshot in place of the one before. The answer says whether it was kept. */
  save(id: string, epoch: number, bytes: Uint8Array, ttlMs: number): Promise<Saved>;
  /** The newest snapshot; null if there is none. */
  read(id: string): Promise<Uint8Array | null>;
  /**
   * Returns the newest snapshot and its new epoch, from now on the only one that can save; null if there is no snapshot. It
   * also rejects if the store has lost its memory a moment ago, since somebody may still have the session.
   */
  claim(id: string): Promise<Claim | null>;
  /** Forgets the session and refuses every later save of this epoch; does nothing if another has claimed it since. */
  drop(id: string, epoch: number): Promise<void>;
}
