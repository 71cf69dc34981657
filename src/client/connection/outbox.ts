import { ClientError } from '../errors.ts';

/** A client event that waits for a connection. */
interface Waiting {
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

  /** Drops the events for which `isStale` is true; returns the types of those. */
  drop(isStale: (event: Waiting) => boolean): readonly string[] {
    const dropped: string[] = [];
    this.#keep((event) => {
      if (!isStale(event)) return true;
      dropped.push(event.type);
      return false;
    });
    return dropped;
  }

  /** Hands out everything, in order. */
  empty(): string[] {
    const frames = this.#waiting.map(({ frame }) => frame);
    this.#keep(() => false);
    return frames;
  }

  #keep(isKept: (event: Waiting) => boolean): void {
    this.#waiting = this.#waiting.filter(isKept);
    this.#bytes = this.#waiting.reduce((sum, { frame }) => sum + frame.length, 0);
  }
}
