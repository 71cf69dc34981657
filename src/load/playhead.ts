/** A player without a loudspeaker: it plays an answer as soon as it comes, and knows when it runs dry. Times in milliseconds. */
export class Playhead {
  /** When all that has come of the answer will have been played; null between answers. */
  #dryAt: number | null = null;
  /** The same of the last answer, whether more of it is to come or not. */
  #silentAt = 0;
  /** How much has come of it. */
  #answerMs = 0;
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

  /** Whether anything is heard at a moment, of what has come by now. */
  isHeard(at: number): boolean {
    return at < this.#silentAt;
  }

  /** How much of the last answer has been heard. */
  heardMs(at: number): number {
    return this.#answerMs - Math.max(0, this.#silentAt - at);
  }

  /** So much sound of an answer has come. */
  came(at: number, soundMs: number): void {
    if (this.#dryAt === null) this.#answerMs = 0;
    const from = this.#dryAt ?? at;
    this.#starvedMs += Math.max(0, at - from);
    this.#dryAt = Math.max(at, from) + soundMs;
    this.#silentAt = this.#dryAt;
    this.#answerMs += soundMs;
    this.#playedMs += soundMs;
  }

  /** The answer has no more sound: what is played next is another. What has come of it is heard to its end. */
  ended(): void {
    this.#dryAt = null;
  }

  /** What has come is not heard any further. */
  stop(at: number): void {
    this.#dryAt = null;
    this.#silentAt = Math.min(this.#silentAt, at);
  }
}
