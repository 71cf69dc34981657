/** Where packets come from or go to. */
export interface MediaPlace {
  readonly address: string;
  readonly port: number;
}

export interface LatchOptions {
  /** Where the other side says that it is. */
  readonly said: MediaPlace;
  /** Where its signalling comes from. */
  readonly caller: string;
}

/** So many packets in a row from somewhere else make a place the one of a telephone that does not know its own. */
const probation = 5;
/** Another place of the same machine takes over once nothing has come from the one before for so long, in milliseconds. */
const quietMs = 1_000;

/**
 * Finds out where the other side's sound really comes from, since telephones behind a router do not know. It is believed
 * to be where it says, or at the machine that its signalling comes from; only one that says to be at a private address,
 * which nobody can be reached at from here, may be somewhere else, and only until somebody better is heard.
 */
export class Latch {
  readonly #caller: string;
  #said: MediaPlace;
  #heard: { readonly place: MediaPlace; readonly isTrusted: boolean; atMs: number } | null = null;
  /** A stranger that may be the other side, and how often it was heard in a row. */
  #candidate: { readonly place: MediaPlace; count: number } | null = null;

  constructor({ said, caller }: LatchOptions) {
    this.#said = said;
    this.#caller = caller;
  }

  /** Where our packets go. */
  get target(): MediaPlace {
    return this.#heard?.place ?? this.#said;
  }

  /** The other side says where it is, once more: if that is another place, all begins anew. */
  moved(said: MediaPlace): void {
    if (isSame(said, this.#said)) return;
    this.#said = said;
    this.#heard = null;
    this.#candidate = null;
  }

  /** Whether a packet that came from there is the other side's. `isProven`: its keys say so. */
  takes(place: MediaPlace, nowMs: number, isProven: boolean): boolean {
    const heard = this.#heard;
    if (heard !== null && isSame(place, heard.place)) {
      heard.atMs = nowMs;
      return true;
    }
    if (isProven || this.#isBetter(place, nowMs)) return this.#latch(place, nowMs, true);
    return heard === null && this.#isLikely(place) && this.#latch(place, nowMs, false);
  }

  #isBetter(place: MediaPlace, nowMs: number): boolean {
    if (isSame(place, this.#said)) return true;
    if (place.address !== this.#said.address && place.address !== this.#caller) return false;
    return this.#heard === null || !this.#heard.isTrusted || nowMs - this.#heard.atMs >= quietMs;
  }

  #isLikely(place: MediaPlace): boolean {
    if (!isPrivate(this.#said.address) || isPrivate(this.#caller)) return false;
    if (this.#candidate === null || !isSame(place, this.#candidate.place)) this.#candidate = { place, count: 0 };
    this.#candidate.count += 1;
    return this.#candidate.count >= probation;
  }

  #latch(place: MediaPlace, atMs: number, isTrusted: boolean): true {
    this.#heard = { place, isTrusted, atMs };
    return true;
  }
}

function isSame(one: MediaPlace, other: MediaPlace): boolean {
  return one.address === other.address && one.port === other.port;
}

/** Addresses that mean something only where they are (RFC 1918, RFC 6598, RFC 3927, RFC 4193). */
function isPrivate(address: string): boolean {
  if (address.includes(':')) return /^f[cde]/i.test(address);
  const [first = 0, second = 0] = address.split('.').map(Number);
  if (first === 172) return second >= 16 && second < 32;
  if (first === 100) return second >= 64 && second < 128;
  return first === 10 || first === 127 || (first === 192 && second === 168) || (first === 169 && second === 254);
}
