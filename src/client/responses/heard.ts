/** Items that are remembered. One that is forgotten counts as unheard: better asked twice than never. */
const mostKnown = 1_000;

/**
 * Which items of the conversation a response has had in its context. A response reads the conversation as it is when the
 * server begins it, so the order of the server's events tells.
 */
export class Heard {
  /** The place of each item in the order in which they were added, for the newest ones. */
  readonly #places = new Map<string, number>();
  #added = 0;
  /** Everything up to this place was read. */
  #read = 0;

  /** An item is in the conversation. One that a reconnection brings back is as heard as it was. */
  added(itemId: string): void {
    if (this.#places.has(itemId)) return;
    this.#places.set(itemId, ++this.#added);
    const [oldest] = this.#places.keys();
    if (this.#places.size > mostKnown && oldest !== undefined) this.#places.delete(oldest);
  }

  /** A response begins that reads the conversation. */
  readAll(): void {
    this.#read = this.#added;
  }

  /** A response had all of these. */
  hasAll(itemIds: readonly string[]): boolean {
    return itemIds.every((itemId) => (this.#places.get(itemId) ?? Number.POSITIVE_INFINITY) <= this.#read);
  }
}
