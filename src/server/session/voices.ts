import type { VoiceQueue } from '../../engines/contract.ts';

/** Gives the voice its place: what gives the place to the next. */
type Grant = (leave: () => void) => void;

/**
 * The voices of a process: so many speak at the same time, more wait, and sessions take turns whose voice is next. Of those
 * that may begin together one does in each turn of the event loop, since the beginning of each takes time of it.
 */
export class Voices {
  #limit: number;
  readonly #soon: (run: () => void) => void;
  #speaking = 0;
  /** A voice has begun in this turn of the loop. */
  #hasBegun = false;
  /** By session, in the order in which their turns come. */
  readonly #waiting = new Map<object, Grant[]>();

  /** `soon` runs something once the loop has turned. Default `setImmediate`. */
  constructor(limit: number, soon: (run: () => void) => void = setImmediate) {
    this.#limit = limit;
    this.#soon = soon;
  }

  /** How many may speak from now on. */
  allow(limit: number): void {
    this.#limit = limit;
    this.#admit();
  }

  /** The queue of one more session. */
  join(): VoiceQueue {
    const session = {};
    return { take: (signal) => this.#take(session, signal) };
  }

  #take(session: object, signal: AbortSignal): Promise<(() => void) | null> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(null);
      const grant: Grant = (leave) => {
        signal.removeEventListener('abort', giveUp);
        resolve(leave);
      };
      const giveUp = (): void => {
        this.#forget(session, grant);
        resolve(null);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      const others = this.#waiting.get(session);
      if (others === undefined) this.#waiting.set(session, [grant]);
      else others.push(grant);
      this.#admit();
    });
  }

  #admit(): void {
    if (this.#hasBegun || this.#speaking >= this.#limit) return;
    const [next] = this.#waiting;
    if (next === undefined) return;
    const [session, [grant, ...rest]] = next;
    this.#waiting.delete(session);
    // Its next one waits behind those of every other session.
    if (rest.length > 0) this.#waiting.set(session, rest);
    this.#hasBegun = true;
    this.#soon(() => {
      this.#hasBegun = false;
      this.#admit();
    });
    if (grant !== undefined) this.#grant(grant);
  }

  #grant(grant: Grant): void {
    let isHeld = true;
    this.#speaking++;
    grant(() => {
      if (!isHeld) return;
      isHeld = false;
      this.#speaking--;
      this.#admit();
    });
  }

  #forget(session: object, grant: Grant): void {
    const rest = this.#waiting.get(session)?.filter((each) => each !== grant) ?? [];
    if (rest.length === 0) this.#waiting.delete(session);
    else this.#waiting.set(session, rest);
  }
}
