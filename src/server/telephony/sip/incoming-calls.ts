import type { Clock } from '../../clock.ts';
import type { IncomingCall } from './incoming-call.ts';

/** How long it is known that a call has ended, in milliseconds. */
const rememberedMs = 600_000;
/** The most that are remembered; of more the first are forgotten. */
const maxRemembered = 10_000;

/** The calls that have come by SIP, by id; of those that are over, only that they were. */
export class IncomingCalls {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #calls = new Map<string, IncomingCall>();
  /** In the order in which they ended. */
  readonly #ended = new Map<string, { readonly owner: string; readonly at: number }>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Lists a call until the function that it gives is called. */
  began(call: IncomingCall): () => void {
    this.#calls.set(call.id, call);
    return () => {
      if (this.#calls.delete(call.id)) this.#remember(call);
    };
  }

  /** Whoever does not own a call does not find it. */
  find(id: string, owner: string): IncomingCall | 'ended' | null {
    const call = this.#calls.get(id);
    if (call !== undefined) return call.owner === owner ? call : null;
    const ended = this.#ended.get(id);
    return ended?.owner === owner && this.#clock.now() - ended.at < rememberedMs ? 'ended' : null;
  }

  #remember({ id, owner }: IncomingCall): void {
    const now = this.#clock.now();
    for (const [first, { at }] of this.#ended) {
      if (this.#ended.size < maxRemembered && now - at < rememberedMs) break;
      this.#ended.delete(first);
    }
    this.#ended.set(id, { owner, at: now });
  }
}
