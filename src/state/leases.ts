/** How many places are held at the same time, over all nodes. Each holder has its place until its time is over. */
export interface Leases {
  /**
   * Takes a place, or the same one again, for `ttlMs` milliseconds; false if `most` others are held. While the store does
   * not answer, only the holders of this node count, against its share of `most`.
   */
  take(key: string, holder: string, most: number, ttlMs: number): Promise<boolean>;
  /** Keeps the place for `ttlMs` milliseconds more. One that was lost meanwhile is taken again, however many are held. */
  renew(key: string, holder: string, ttlMs: number): Promise<void>;
  /** Gives the place back. */
  release(key: string, holder: string): Promise<void>;
}
