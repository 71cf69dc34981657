import type { Wire } from '../../wire/wire.ts';

/** What became of the wish to move a call elsewhere: `refused` by the operator's rules. */
export type Referred = 'done' | 'refused' | 'failed';

/** A call that is up. */
export interface Call {
  /** `rtc_…` */
  readonly id: string;
  /** Whose it is: what `Keyring.ownerOf` says of the key that it was opened with. */
  readonly owner: string;
  /** Joins a sideband. */
  attach(wire: Wire): void;
  /** Ends the call, and with it its session. */
  hangUp(): void;
  /** Whether it waits to be accepted. Absent where it is up from its beginning. */
  readonly isRinging?: boolean;
  /** Moves it to another number, and ends it here. Absent or null where that can't be done. */
  readonly refer?: ((target: string) => Promise<Referred>) | null;
}

/** The reason of a wire's close whose call was hung up on this side. */
export const hungUp = 'hung up';

/** The calls that are up, by id. To whoever does not own a call it is unknown, like one that is over. */
export class CallDirectory {
  readonly #calls = new Map<string, Call>();

  /** Lists a call until the function that it gives is called. */
  began(call: Call): () => void {
    this.#calls.set(call.id, call);
    return () => void this.#calls.delete(call.id);
  }

  find(id: string, owner: string): Call | null {
    const call = this.#calls.get(id);
    return call?.owner === owner ? call : null;
  }
}
