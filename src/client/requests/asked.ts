import type { ApiError, Response } from '../../protocol/events/index.ts';
import type { Clock } from '../clock.ts';
import { keepNewest } from '../events/bounded.ts';
import { type Create, metadataKey } from '../responses/create.ts';

/** What a response answers. */
export interface Match {
  readonly create: Create;
  readonly isCertain: boolean;
}

/** Creates that were given up for good and are still known by their keys. */
const mostLate = 100;

/** Creates that were sent and are not answered yet. Knows to which of them an answer belongs. */
export class Asked {
  readonly #clock: Clock;
  /** Told when one that was given up holds nobody up any longer. */
  readonly #onForgotten: () => void;
  readonly #creates = new Map<string, Create>();
  /** Those among them that were given up, with what cancels the end of their time. */
  readonly #givenUp = new Map<string, () => void>();
  /** Those that were given up and whose time is over too. */
  readonly #late = new Map<string, Create>();
  /** The server has been seen to echo metadata, so that a response without our key is not ours. */
  #echoes = false;

  constructor(clock: Clock, onForgotten: () => void) {
    this.#clock = clock;
    this.#onForgotten = onForgotten;
  }

  /** In the order sent. */
  get creates(): readonly Create[] {
    return [...this.#creates.values()];
  }

  /** One for the default conversation is among them. */
  get hasInBand(): boolean {
    return this.#firstInBand !== undefined;
  }

  add(create: Create): void {
    this.#creates.set(create.facts.key, create);
  }

  get(key: string): Create | undefined {
    return this.#creates.get(key);
  }

  delete(key: string): void {
    this.#creates.delete(key);
    this.#givenUp.get(key)?.();
    this.#givenUp.delete(key);
  }

  /**
   * Nobody waits for this one's answer any more, which may come all the same. It goes on holding up others for this long,
   * so that no second response is asked for meanwhile.
   */
  giveUp({ facts: { key } }: Create, holdMs: number): void {
    if (!this.#creates.has(key)) return;
    const cancelTimer = this.#clock.after(holdMs, () => this.#forget(key));
    this.#givenUp.set(key, cancelTimer);
  }

  /** Nothing is answered any more; `waits` is true for what still waits to be sent. */
  drop(waits: (key: string) => boolean): void {
    for (const key of this.#creates.keys()) if (!waits(key)) this.delete(key);
    this.#late.clear();
  }

  /**
   * The create that a response answers, by the key in its metadata, which servers echo (behaviour §4.5). Without a key it
   * is told by order: of a server that echoes nothing, or for a create whose metadata had no room. Ours is then the only
   * create on the way, and a response that a turn is owed is the server's own, since it comes right after the commit.
   */
  answeredBy(response: Response, isOwed: boolean): Match | null {
    const key = response.metadata?.[metadataKey];
    if (key !== undefined) this.#echoes = true;
    const create = key === undefined ? this.#byOrder(response, isOwed) : (this.get(key) ?? this.#late.get(key));
    if (create === undefined) return null;
    this.delete(create.facts.key);
    this.#late.delete(create.facts.key);
    return { create, isCertain: key !== undefined };
  }

  /** The create that an error is about which names no event: the oldest that can have earned it. */
  refusedBy({ code, param }: ApiError): Create | undefined {
    if (code === alreadyActive) return this.#firstInBand;
    return /^response(\.|$)/.test(param ?? '') ? this.creates[0] : undefined;
  }

  get #firstInBand(): Create | undefined {
    return this.creates.find(({ facts }) => !facts.outOfBand);
  }

  #byOrder(response: Response, isOwed: boolean): Create | undefined {
    const outOfBand = response.conversation_id === null;
    if (!outOfBand && isOwed) return undefined;
    return this.creates.find(({ facts }) => facts.outOfBand === outOfBand && !(this.#echoes && facts.isKeyed));
  }

  #forget(key: string): void {
    const create = this.#creates.get(key);
    this.delete(key);
    if (create !== undefined) this.#late.set(key, create);
    keepNewest(this.#late, mostLate);
    this.#onForgotten();
  }
}

/** The code of a create that met a response in progress (behaviour §4.1). */
export const alreadyActive = 'conversation_already_has_active_response';
