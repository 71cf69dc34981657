import type { Clock } from '../clock.ts';

/** A session's timers by name. Each fires at most once for each time it is armed; arming again replaces it. */
export class Timers<Name extends string> {
  readonly #clock: Clock;
  readonly #fired: (name: Name) => void;
  readonly #cancels = new Map<Name, () => void>();

  constructor(clock: Clock, fired: (name: Name) => void) {
    this.#clock = clock;
    this.#fired = fired;
  }

  arm(name: Name, afterMs: number): void {
    this.disarm(name);
    const fire = (): void => {
      this.#cancels.delete(name);
      this.#fired(name);
    };
    this.#cancels.set(name, this.#clock.after(afterMs, fire));
  }

  disarm(name: Name): void {
    this.#cancels.get(name)?.();
    this.#cancels.delete(name);
  }

  stop(): void {
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
  }
}
