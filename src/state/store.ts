/** Values that are kept until a given time. */
export interface Store {
  /**
   * Keeps a value until `expiresAt`, Unix milliseconds. If `most` values are kept already, this one is not, and the answer
   * is when the first of them expires; otherwise it is null. While a shared store does not answer, the value is kept by this
   * node alone.
   */
  put(key: string, value: string, expiresAt: number, most?: number): Promise<number | null>;
  /** The value, or null if there is none or its time is over. Rejects if a store that may have it does not answer. */
  get(key: string): Promise<string | null>;
}
