import type { NodeFacts, Nodes } from '../../state/nodes.ts';
import type { Clock } from '../clock.ts';
import type { SessionLog } from '../log.ts';

/** How long the others believe in a node that says nothing more, in milliseconds. */
export const presentMs = 10_000;
/** How often a node says that it is there, in milliseconds. */
export const announceMs = 3_000;

export interface PresenceOptions {
  readonly nodes: Nodes;
  /** What is so of this node at the moment. */
  readonly self: () => NodeFacts;
  readonly clock: Pick<Clock, 'after' | 'now'>;
  readonly log: SessionLog;
}

/** Another node as it was last seen, and since when it is not seen any more. */
interface Other {
  readonly facts: NodeFacts;
  readonly missedAt?: number;
}

/**
 * Tells the other nodes of this one every three seconds, whatever became of the last time; and knows which others there were
 * then, for the time that the store is away, or knows of none since it has come back empty.
 */
export class Presence {
  readonly #options: PresenceOptions;
  #callOff: () => void = () => {};
  #isOver = false;
  #isTold = true;
  readonly #others = new Map<string, Other>();
  /** One announcement after the other, so that none overtakes the word that the node is gone. */
  #last: Promise<void> = Promise.resolve();

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  /** Begins. Resolves when the node has been announced, or could not be. */
  begin(): Promise<void> {
    const { clock } = this.#options;
    const on = (): void => {
      if (this.#isOver) return;
      this.#callOff = clock.after(announceMs, on);
      void this.now();
    };
    this.#callOff = clock.after(announceMs, on);
    return this.now();
  }

  /** Announces the node at once. Never rejects. */
  now(): Promise<void> {
    this.#last = this.#last.then(() => (this.#isOver ? undefined : this.#announce()));
    return this.#last;
  }

  /** The node of this name, other than this one; null where there is none. Never rejects. */
  async find(id: string): Promise<NodeFacts | null> {
    if (id === this.#options.self().id) return null;
    const found = await this.#options.nodes.find(id).catch(() => null);
    return found ?? this.#others.get(id)?.facts ?? null;
  }

  /** All nodes but this one. Never rejects. */
  async others(): Promise<readonly NodeFacts[]> {
    return this.#seen().catch(() => [...this.#others.values()].map(({ facts }) => facts));
  }

  /** The node is gone. Never rejects. */
  async end(): Promise<void> {
    this.#isOver = true;
    this.#callOff();
    await this.#last;
    await this.#options.nodes.leave(this.#options.self().id).catch(() => {});
  }

  async #announce(): Promise<void> {
    const { nodes, self, log } = this.#options;
    try {
      await nodes.announce(self(), presentMs);
      this.#keep(await this.#seen());
      if (!this.#isTold) log.info('the other nodes are told of this one again');
      this.#isTold = true;
    } catch (cause) {
      if (this.#isTold) log.warn('the other nodes could not be told of this one', { err: cause });
      this.#isTold = false;
    }
  }

  /** Those that are there, and for a while those that were and had not said that they are going. */
  #keep(there: readonly NodeFacts[]): void {
    const now = this.#options.clock.now();
    for (const [id, { facts, missedAt = now }] of this.#others) {
      if (facts.isDraining || now - missedAt >= presentMs) this.#others.delete(id);
      else this.#others.set(id, { facts, missedAt });
    }
    for (const facts of there) this.#others.set(facts.id, { facts });
  }

  async #seen(): Promise<readonly NodeFacts[]> {
    const { nodes, self } = this.#options;
    const { id } = self();
    return (await nodes.all()).filter((node) => node.id !== id);
  }
}
