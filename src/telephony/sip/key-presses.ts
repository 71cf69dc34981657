/** Keys by the numbers that packets have for them (RFC 4733, section 3.2). */
const keys = '0123456789*#ABCD';
/** Presses remembered, so that late packets of one are not another. */
const maxRemembered = 32;

/** Finds the keys that are pressed in packets of `telephone-event`: each press comes in many, and counts once. */
export class KeyPresses {
  /** The times of presses that were told: all packets of one have the same. */
  readonly #told = new Set<number>();

  /** A packet has come; the key where it is the first of a press, else null. */
  put(timestamp: number, payload: Uint8Array): string | null {
    const key = payload.length < 4 ? undefined : keys[payload[0] ?? keys.length];
    if (key === undefined || this.#told.has(timestamp)) return null;
    this.#told.add(timestamp);
    for (const oldest of this.#told) {
      if (this.#told.size <= maxRemembered) break;
      this.#told.delete(oldest);
    }
    return key;
  }
}
