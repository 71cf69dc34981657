/** Keys by the numbers that packets have for them (RFC 4733, section 3.2). */
const keys = '0123456789*#ABCD';
/** Presses remembered, so that late packets of one are not another. */
const maxRemembered = 32;
/** Presses at once, and in each second: nobody dials as fast, and whoever floods is not passed on. */
const most = 20;

/** Finds the keys that are pressed in packets of `telephone-event`: each press comes in many, and counts once. */
export class KeyPresses {
  /** The times of presses that were told: all packets of one have the same. */
  readonly #told = new Set<number>();
  #left = most;
  #atMs = 0;

  /** A packet has come at this moment of a clock that never goes back; the key where it is the first of a press, else null. */
  put(timestamp: number, payload: Uint8Array, nowMs: number): string | null {
    const key = payload.length < 4 ? undefined : keys[payload[0] ?? keys.length];
    if (key === undefined || this.#told.has(timestamp) || !this.#hasRoom(nowMs)) return null;
    this.#told.add(timestamp);
    for (const oldest of this.#told) {
      if (this.#told.size <= maxRemembered) break;
      this.#told.delete(oldest);
    }
    return key;
  }

  #hasRoom(nowMs: number): boolean {
    this.#left = Math.min(most, this.#left + ((nowMs - this.#atMs) * most) / 1000);
    this.#atMs = nowMs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
