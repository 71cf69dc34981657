import { randomUUID } from 'node:crypto';
import type { SharedState } from '../../state/shared-state.ts';
import type { Clock } from '../clock.ts';

/** A session's place among those of its key. */
export interface Place {
  /** Who holds it: whoever goes on with the session on another node gives it up in exchange for a place there. */
  readonly holder: string;
  /** Gives it back; harmless when it has been. */
  release(): void;
}

/** How long a place lasts that nobody renews any more, in milliseconds: its node is gone. */
export const placeMs = 30_000;
/** How often places are renewed, in milliseconds. */
export const renewMs = 10_000;

interface Held {
  readonly key: string;
  readonly holder: string;
}

/** The places that the sessions of this server hold, of as many as their keys may have over all nodes. */
export class Places {
  readonly #state: Pick<SharedState, 'leases' | 'follow'>;
  readonly #clock: Pick<Clock, 'after'>;
  readonly #held = new Set<Held>();
  #callOff: (() => void) | null = null;

  constructor(state: Pick<SharedState, 'leases' | 'follow'>, clock: Pick<Clock, 'after'>) {
    this.#state = state;
    this.#clock = clock;
    // A store that was away may have lost them, or let them run out.
    state.follow((isUp) => void (isUp && this.#renew()));
  }

  /** Takes one of `most` places of a key; null where all are taken. */
  async take(key: string, most: number): Promise<Place | null> {
    const holder = randomUUID();
    // A store that fails keeps nobody out: the sessions of this server are counted all the same.
    const isTaken = await this.#state.leases.take(key, holder, most, placeMs).catch(() => true);
    if (!isTaken) return null;
    const held: Held = { key, holder };
    this.#held.add(held);
    this.#callOff ??= this.#clock.after(renewMs, () => this.#renewOn());
    return { holder, release: () => this.#release(held) };
  }

  /** Gives back what a session held where it was, be its node gone or not; harmless where it is no place any more. */
  giveUp(key: string, holder: string): void {
    this.#state.leases.release(key, holder).catch(() => {}); // it runs out by itself
  }

  #release(held: Held): void {
    if (!this.#held.delete(held)) return;
    if (this.#held.size === 0) this.#callOff?.();
    if (this.#held.size === 0) this.#callOff = null;
    this.giveUp(held.key, held.holder);
  }

  #renewOn(): void {
    this.#renew();
    this.#callOff = this.#clock.after(renewMs, () => this.#renewOn());
  }

  #renew(): void {
    for (const { key, holder } of this.#held) this.#state.leases.renew(key, holder, placeMs).catch(() => {}); // next time
  }
}
