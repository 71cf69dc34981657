/** How many of something are held at the same time, over all nodes: each holder has a place until its time is over. */
export interface Leases {
  /**
   * Takes a place, or the same one again, for so many milliseconds; false where `most` others are held. While the store does
   * not answer, only the holders of this node count, against its share of `most`.
   */
  take(key: string, holder: string, most: number, ttlMs: number): Promise<boolean>;
  /** Keeps the place so much longer. One that was lost meanwhile is taken again, however many are held. */
  renew(key: string, holder: string, ttlMs: number): Promise<void>;
  /** Gives the place back. */
  release(key: string, holder: string): Promise<void>;
}
