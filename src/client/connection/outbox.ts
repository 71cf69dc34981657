import { ClientError } from '../errors.ts';

/** A client event that waits for a connection. */
export interface Waiting {
  readonly eventId: string | null;
  readonly type: string;
  readonly frame: string;
}

export interface OutboxLimits {
  readonly maxQueuedEvents: number;
  /** Counted in characters of JSON, which are bytes but for what people write. */
  readonly maxQueuedBytes: number;
}

/** Events that wait until the connection is open, in the order given, up to a number and a size. */
export class Outbox {
  readonly #limits: OutboxLimits;
  #waiting: Waiting[] = [];
  #bytes = 0;

  constructor(limits: OutboxLimits) {
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** @throws {ClientError} `queue_full` */
  add(event: Waiting): void {
    const { maxQueuedEvents, maxQueuedBytes } = this.#limits;
    const isFull = this.#waiting.length >= maxQueuedEvents || this.#bytes + event.frame.length > maxQueuedBytes;
    if (isFull) throw new ClientError('queue_full');
    this.#waiting.push(event);
    this.#bytes += event.frame.length;
  }

  has(eventId: string): boolean {
    return this.#waiting.some((event) => event.eventId === eventId);
  }

  /** Takes out the events for which `isStale` is true, in order. */
  take(isStale: (event: Waiting) => boolean): readonly Waiting[] {
    const taken = this.#waiting.filter(isStale);
    this.#waiting = this.#waiting.filter((event) => !isStale(event));
    for (const { frame } of taken) this.#bytes -= frame.length;
    return taken;
  }
}
