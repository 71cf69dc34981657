/** A player without a loudspeaker: it plays an answer as soon as it comes, and knows when it runs dry. Times in milliseconds. */
export class Playhead {
  /** When all that has come of the answer will have been played; null between answers. */
  #dryAt: number | null = null;
  #starvedMs = 0;
  #playedMs = 0;

  /** How long it had nothing to play in the middle of answers. */
  get starvedMs(): number {
    return this.#starvedMs;
  }

  /** How much sound it was given. */
  get playedMs(): number {
    return this.#playedMs;
  }

  /** So much sound of an answer has come. */
  came(at: number, soundMs: number): void {
    const from = this.#dryAt ?? at;
    this.#starvedMs += Math.max(0, at - from);
    this.#dryAt = Math.max(at, from) + soundMs;
    this.#playedMs += soundMs;
  }

  /** The answer has no more sound: what is played next is another. */
  ended(): void {
    this.#dryAt = null;
  }
}
