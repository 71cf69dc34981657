import type { TotalBound } from '../limits.ts';

/** What one session holds, in the books of all. */
export interface Account {
  /** Whether so many bytes more are within the bound. Where they are not, sessions shed what they can do without first. */
  fits(more: number): boolean;
  /** What the session holds from now on. */
  hold(bytes: number): void;
  /** The session holds nothing any more. */
  close(): void;
}

/** Opens the account of a session. `shed` lets go of what can be done without, and tells by `hold`. */
export type OpenAccount = (shed: () => void) => Account;

/** The account of a session that shares memory with no other. */
export const noAccount: OpenAccount = () => ({ fits: () => true, hold() {}, close() {} });

/** What sessions may hold beyond the bound, in equal shares, as a part of it. */
const beyond = 1 / 8;

/**
 * What all sessions of the process hold together, in bytes. A few greedy ones can't leave the others without: an eighth of
 * the bound, divided by as many sessions as there may be, is each one's share, which it may hold however much the others do.
 */
export class HeldBytes {
  readonly #sheds = new Set<() => void>();
  #total = 0;

  /** Whether no session may begin, and none grow past its share; those that run shed what they can do without first. */
  isFull({ bytes }: TotalBound): boolean {
    return !this.#fits(1, bytes);
  }

  /** Accounts of sessions that keep to this bound. */
  within(bound: TotalBound): OpenAccount {
    return (shed) => this.#open(bound, shed);
  }

  #open({ bytes, sessions }: TotalBound, shed: () => void): Account {
    const share = (bytes * beyond) / sessions;
    let held = 0;
    const hold = (now: number): void => {
      this.#total += now - held;
      held = now;
    };
    this.#sheds.add(shed);
    return {
      fits: (more) => held + more <= share || this.#fits(more, bytes),
      hold,
      close: () => {
        this.#sheds.delete(shed);
        hold(0);
      },
    };
  }

  #fits(more: number, most: number): boolean {
    if (this.#total + more <= most) return true;
    for (const shed of this.#sheds) shed();
    return this.#total + more <= most;
  }
}
