/** A session as it was written down, and who may write it from now on. */
export interface Claim {
  readonly epoch: number;
  readonly bytes: Uint8Array;
}

/**
 * What became of a snapshot: it is kept, so that whoever claims the session finds it; or it is kept by a store that has lost its
 * memory a moment ago, where another may have a later claim that the store has not heard of again, so that it says nothing
 * yet; or it is refused, since another has claimed the session, or it was dropped.
 */
export type Saved = 'kept' | 'unsettled' | 'refused';

/** How long a store that has lost its memory is not relied upon, in milliseconds: by then every node has written down what it holds. */
export const settleMs = 5_000;

/**
 * Sessions as they are written down. Whoever writes names its epoch; a claim begins the next, and shuts out those before it, so that
 * no session lives twice. An epoch is the time at which it began, so that a later one is greater, whatever the store has
 * forgotten meanwhile. The bytes are encrypted by those who call. Every method that waits rejects where the store does not answer.
 */
export interface Snapshots {
  /** The epoch of a session that begins now. */
  begin(): number;
  /** Keeps it in place of the one before; or not, as the answer says. */
  save(id: string, epoch: number, bytes: Uint8Array, ttlMs: number): Promise<Saved>;
  /** The newest; null where there is none. */
  read(id: string): Promise<Uint8Array | null>;
  /**
   * The newest, and from now on only saves of the epoch that is given; null where there is none. Rejects, too, where the store
   * has lost its memory a moment ago, and somebody may still have the session.
   */
  claim(id: string): Promise<Claim | null>;
  /** Forgets it, and refuses every later save of this epoch; does nothing where another has claimed it since. */
  drop(id: string, epoch: number): Promise<void>;
}
