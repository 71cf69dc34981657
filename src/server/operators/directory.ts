import type { Wire } from '../../wire/wire.ts';
import type { Meter } from '../metering/meter.ts';
import type { Moment } from '../observability/observation/moment.ts';
import type { SessionFacts, SessionWatch } from '../observability/observation/observer.ts';
import type { FrameListener, Passing } from './passing.ts';

/** A session as operators see it (contract: operators). Times are Unix seconds. */
export interface SessionRow {
  readonly id: string;
  readonly call_id: string | null;
  readonly kind: SessionFacts['kind'];
  readonly model: string | null;
  readonly transport: SessionFacts['transport'];
  /** The node that holds it; null where there is but one. */
  readonly node: string | null;
  /** The name of its key; null where that has none. */
  readonly key: string | null;
  readonly started_at: number;
  readonly age_s: number;
  /** Responses that have ended, or utterances that were translated. */
  readonly turns: number;
  /** `error` events that the client was sent. */
  readonly errors: number;
  readonly bytes_in: number;
  readonly bytes_out: number;
  /** Null where something of it has no price. */
  readonly cost_usd: number | null;
}

/** What is known of a session beside its facts. */
export interface Listing {
  /** Where it is a call. */
  readonly callId?: string;
  readonly key: string | null;
  readonly meter: Pick<Meter, 'usd'>;
  readonly passing: Passing;
  /** Ends the session. */
  readonly end: () => void;
}

/** A session that is open. */
export interface ListedSession {
  row(at: number): SessionRow;
  /** Ends the session, as an operator may. */
  end(): void;
  /** Shows each frame from now on, with the milliseconds since the session began; `over` is told when it has ended. */
  follow(frame: (ms: number, ...frame: Parameters<FrameListener>) => void, over: () => void): () => void;
}

/** Closes the wire of a session that an operator wants to end (contract: operators). */
export function endByOperator(wire: Pick<Wire, 'close'>): void {
  wire.close(1000, 'ended by the operator');
}

/** Every session that is open, for those who run the server. */
export class SessionDirectory {
  readonly #sessions = new Map<string, Entry>();
  readonly #now: () => number;
  readonly #node: string | null;

  /** `node`: the name of this one; null where there is but one. */
  constructor(now: () => number, node: string | null = null) {
    this.#now = now;
    this.#node = node;
  }

  /** Lists a session until its watch is told that it is closed. */
  opened(facts: SessionFacts, listing: Listing): SessionWatch {
    const entry = new Entry(facts, listing, this.#now);
    this.#sessions.set(facts.id, entry);
    return {
      heard() {},
      spoke() {},
      moment: (moment) => entry.see(moment),
      closed: () => {
        this.#sessions.delete(facts.id);
        entry.close();
      },
    };
  }

  /** The oldest first. */
  rows(): SessionRow[] {
    return Array.from(this.#sessions.values(), (entry) => ({ ...entry.row(this.#now()), node: this.#node }));
  }

  find(id: string): ListedSession | null {
    return this.#sessions.get(id) ?? null;
  }
}

class Entry implements ListedSession {
  readonly #facts: SessionFacts;
  readonly #listing: Listing;
  readonly #now: () => number;
  readonly #followers = new Set<() => void>();
  #turns = 0;
  #errors = 0;

  constructor(facts: SessionFacts, listing: Listing, now: () => number) {
    this.#facts = facts;
    this.#listing = listing;
    this.#now = now;
  }

  see({ is }: Moment): void {
    if (is === 'response_done' || is === 'translated') this.#turns += 1;
    if (is === 'error') this.#errors += 1;
  }

  row(at: number): SessionRow {
    const { id, kind, transport, model, at: startedAt } = this.#facts;
    const { callId = null, key, meter, passing } = this.#listing;
    return {
      id,
      call_id: callId,
      kind,
      model,
      transport,
      node: null,
      key,
      started_at: Math.floor(startedAt / 1000),
      age_s: Math.floor((at - startedAt) / 1000),
      turns: this.#turns,
      errors: this.#errors,
      bytes_in: passing.bytesIn,
      bytes_out: passing.bytesOut,
      cost_usd: meter.usd,
    };
  }

  end(): void {
    this.#listing.end();
  }

  follow(frame: (ms: number, ...frame: Parameters<FrameListener>) => void, over: () => void): () => void {
    const { passing } = this.#listing;
    const stop = passing.listen((...seen) => frame(this.#now() - this.#facts.at, ...seen));
    const leave = (): void => {
      stop();
      this.#followers.delete(ended);
    };
    const ended = (): void => {
      leave();
      over();
    };
    this.#followers.add(ended);
    return leave;
  }

  close(): void {
    for (const ended of this.#followers) ended();
  }
}
