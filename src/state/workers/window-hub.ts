import type { StateClock } from '../clock.ts';
import type { Told } from '../sharing/window.ts';

interface Share {
  held: number;
  readonly uses: Map<number, number>;
}

/** What each worker has used of each window, where all workers can learn it. What dead ones have used counts on. */
export class WindowHub {
  readonly #windows = new Map<string, Map<string, Share>>();
  readonly #clock: Pick<StateClock, 'now'>;

  constructor(clock: Pick<StateClock, 'now'>) {
    this.#clock = clock;
  }

  /** Takes note of what a worker tells of its own use, and gives what all the others have come to. */
  exchange(window: string, worker: string, { held, uses }: Told): Told {
    const shares = this.#windows.get(window) ?? new Map<string, Share>();
    this.#windows.set(window, shares);
    const own = shares.get(worker) ?? { held: 0, uses: new Map<number, number>() };
    shares.set(worker, own);
    own.held = held;
    for (const [ends, amount] of uses) own.uses.set(ends, amount);
    return this.#others(shares, own);
  }

  /** A worker is gone: what it had set aside is free. */
  left(worker: string): void {
    for (const shares of this.#windows.values()) {
      const share = shares.get(worker);
      if (share !== undefined) share.held = 0;
    }
  }

  #others(shares: ReadonlyMap<string, Share>, own: Share): Told {
    const now = this.#clock.now();
    const sums = new Map<number, number>();
    let held = 0;
    for (const share of shares.values()) {
      for (const ends of share.uses.keys()) if (ends <= now) share.uses.delete(ends);
      if (share === own) continue;
      held += share.held;
      for (const [ends, amount] of share.uses) sums.set(ends, (sums.get(ends) ?? 0) + amount);
    }
    return { held, uses: [...sums] };
  }
}
