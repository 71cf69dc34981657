/** A session as it was written down, and who may write it from now on. */
export interface Claim {
  readonly epoch: number;
  readonly bytes: Uint8Array;
}

/**
 * Sessions as they are written down. Whoever writes names its epoch, the first being 1; a claim begins the next, and shuts out
 * those before it, so that no session lives twice. The bytes are encrypted by those who call. Every method rejects where the
 * store does not answer.
 */
export interface Snapshots {
  /** Keeps it in place of the one before. False: nothing is kept, since another has claimed it, or it was dropped. */
  save(id: string, epoch: number, bytes: Uint8Array, ttlMs: number): Promise<boolean>;
  /** The newest, and from now on only saves of the epoch that is given; null where there is none. */
  claim(id: string): Promise<Claim | null>;
  /** Forgets it, and refuses every later save; does nothing where another has claimed it since. */
  drop(id: string, epoch: number): Promise<void>;
}
