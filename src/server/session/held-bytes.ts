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

/** What all sessions of the process hold together, in bytes. */
export class HeldBytes {
  readonly #sheds = new Set<() => void>();
  #total = 0;

  /** Whether no session may begin or grow; those that run shed what they can do without first. */
  isFull(most: number): boolean {
    return !this.#fits(1, most);
  }

  /** Accounts of sessions that keep to this bound. */
  within(most: number): OpenAccount {
    return (shed) => this.#open(most, shed);
  }

  #open(most: number, shed: () => void): Account {
    let held = 0;
    const hold = (bytes: number): void => {
      this.#total += bytes - held;
      held = bytes;
    };
    this.#sheds.add(shed);
    return {
      fits: (more) => this.#fits(more, most),
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
