import { keepNewest } from '../events/bounded.ts';

/** Responses with calls that are remembered, however many never end. */
const mostBatches = 1_000;

/** The calls of one response. */
interface Batch {
  /** Calls without an output. */
  open: number;
  /** Items that the model shall answer; null if no call wants it to go on. */
  answers: readonly string[] | null;
  isEnded: boolean;
  /** The response ended so that another may follow. */
  follows: boolean;
}

/** Knows which calls belong together: when all of a response have their outputs, one response follows. */
export class Batches {
  readonly #follow: (answers: readonly string[]) => void;
  readonly #batches = new Map<string, Batch>();
  /** Items of calls without an output. */
  readonly #waiting = new Set<string>();
  /** Items of calls that no reconnection brought back. */
  readonly #lost = new Set<string>();
  #backAgain: () => void = () => {};
  #back: Promise<void> | null = null;

  constructor(follow: (answers: readonly string[]) => void) {
    this.#follow = follow;
  }

  begun(responseId: string, itemId: string): void {
    this.#lost.delete(itemId);
    this.#waiting.add(itemId);
    const batch = this.#batches.get(responseId);
    if (batch !== undefined) batch.open += 1;
    else this.#batches.set(responseId, { open: 1, answers: null, isEnded: false, follows: false });
    keepNewest(this.#batches, mostBatches);
  }

  /** A call has its output, or never gets one. `answers`: the items that tell of it, null if the model need not go on. */
  answered(responseId: string, itemId: string, answers: readonly string[] | null): void {
    this.#waiting.delete(itemId);
    this.#lost.delete(itemId);
    const batch = this.#batches.get(responseId);
    if (batch === undefined) return;
    batch.open -= 1;
    if (answers !== null) batch.answers = [...(batch.answers ?? []), ...answers];
    this.#settle(responseId, batch);
  }

  ended(responseId: string, follows: boolean): void {
    const batch = this.#batches.get(responseId);
    if (batch === undefined) return;
    batch.isEnded = true;
    batch.follows = follows;
    this.#settle(responseId, batch);
  }

  /** The call is not in the conversation any more: there is nothing to answer. */
  isLost(itemId: string): boolean {
    return this.#lost.has(itemId);
  }

  /** Another connection: responses of the last one are over, and only what was restored can be answered. */
  reconnected(restoredItemIds: readonly string[]): void {
    for (const itemId of this.#waiting) if (!restoredItemIds.includes(itemId)) this.#lost.add(itemId);
    for (const id of this.#batches.keys()) this.ended(id, true);
    this.resume();
  }

  /** Resolves with the next reconnection, or when there will be none. */
  back(): Promise<void> {
    this.#back ??= new Promise((resolve) => {
      this.#backAgain = resolve;
    });
    return this.#back;
  }

  /** Nobody waits for a connection any more. */
  resume(): void {
    this.#back = null;
    this.#backAgain();
  }

  #settle(responseId: string, batch: Batch): void {
    if (batch.open > 0 || !batch.isEnded) return;
    this.#batches.delete(responseId);
    if (batch.answers !== null && batch.follows) this.#follow(batch.answers);
  }
}
