/** Values that are forgotten at a time. */
export interface Store {
  /**
   * Keeps a value until `expiresAt`, Unix milliseconds. Where `most` values are kept already nothing is, and the answer is
   * when the first of them goes; else it is null. While a shared store does not answer, the value is kept by this node alone.
   */
  put(key: string, value: string, expiresAt: number, most?: number): Promise<number | null>;
  /** The value, or null where there is none or its time is over. Rejects where a store that may have it does not answer. */
  get(key: string): Promise<string | null>;
}
