import type { NodeFacts } from '../../state/nodes.ts';
import type { HeaderReader } from '../admission/keys.ts';
import type { Clock } from '../clock.ts';
import type { SessionLog } from '../log.ts';
import { type ForwardedRequest, forwardRequest } from './forward-request.ts';
import { type ForwardedUpgrade, forwardUpgrade, type Passage } from './forward-upgrade.ts';
import { nodeOf } from './name.ts';
import type { Presence } from './presence.ts';
import { addressHeader, forwardHeader, type Sealed, Seals } from './seals.ts';
import type { Way } from './way.ts';

export interface NeighboursOptions {
  /** The name of this node. */
  readonly name: string;
  readonly presence: Pick<Presence, 'find' | 'others'>;
  /** What the nodes share and nobody else knows. */
  readonly key: Uint8Array;
  readonly clock: Clock;
  readonly log: SessionLog;
}

/** Who has passed a request on, and for whom. */
export interface Forwarder {
  readonly node: string;
  /** Where the request came from at first. */
  readonly address: string;
}

/** How long another node may take to begin its answer, in milliseconds. */
const answerMs = 5_000;
/** How long each node may take to say which sessions it has, in milliseconds. */
const listMs = 3_000;

/** The other nodes of the endpoint: who holds what, and the way there. A request is passed on once at most. */
export class Neighbours {
  readonly name: string;
  readonly #options: NeighboursOptions;
  readonly #seals: Seals;

  constructor(options: NeighboursOptions) {
    this.name = options.name;
    this.#options = options;
    this.#seals = new Seals(options);
  }

  /** The other node that the id of a call or session names; null where it names this one, or none. */
  holderOf(id: string): string | null {
    const node = nodeOf(id);
    return node === this.name ? null : node;
  }

  /**
   * Which node has passed a request on, null where none says so, `forged` where the seal is not good: such a request must be
   * refused, since to take it for a client's could send it round for ever.
   */
  forwarderOf(header: HeaderReader, { method, target }: Omit<Sealed, 'address'>): Forwarder | 'forged' | null {
    const seal = header(forwardHeader);
    if (seal === undefined) return null;
    const address = header(addressHeader) ?? '';
    const node = this.#seals.open(seal, { method, target, address });
    return node === null ? 'forged' : { node, address };
  }

  /** Has this node answer a request; null where it is unknown or can't be reached. Never rejects. */
  async forward(node: string, forwarded: ForwardedRequest): Promise<Response | null> {
    const facts = await this.#options.presence.find(node);
    return facts === null ? null : forwardRequest(this.#wayTo(facts, answerMs, forwarded.signal), forwarded);
  }

  /** Has this node answer an upgrade; null where it is unknown or can't be reached: then the upgrade is as unanswered as before. Never rejects. */
  async forwardUpgrade(node: string, forwarded: ForwardedUpgrade): Promise<Passage> {
    const facts = await this.#options.presence.find(node);
    return facts === null ? null : forwardUpgrade(this.#wayTo(facts, answerMs), forwarded);
  }

  /** Asks every other node the same, and reads the answers. Nodes that can't be reached, or are silent, are left out. Never rejects. */
  async askAll<T>(asked: ForwardedRequest, read: (answer: Response) => Promise<T>): Promise<readonly T[]> {
    const others = await this.#options.presence.others();
    const answers = await Promise.all(others.map((facts) => this.#ask(facts, asked, read)));
    return answers.filter((answer) => answer !== null);
  }

  async #ask<T>(facts: NodeFacts, asked: ForwardedRequest, read: (answer: Response) => Promise<T>): Promise<T | null> {
    const tooLate = new AbortController();
    const callOff = this.#options.clock.after(listMs, () => tooLate.abort());
    const way = this.#wayTo(facts, listMs, asked.signal);
    try {
      const answer = await forwardRequest(way, { ...asked, signal: AbortSignal.any([asked.signal, tooLate.signal]) });
      return answer === null ? null : await read(answer);
    } catch (cause) {
      way.failed(cause);
      return null;
    } finally {
      callOff();
    }
  }

  /** `left`: whoever asked is gone, so that nothing failed. */
  #wayTo({ id, url }: NodeFacts, patienceMs: number, left?: AbortSignal): Way {
    const { clock, log } = this.#options;
    return {
      url,
      clock,
      patienceMs,
      sealed: (request) => ({ [forwardHeader]: this.#seals.seal(request), [addressHeader]: request.address }),
      failed(cause) {
        if (left?.aborted !== true) log.warn('a node did not answer', { node: id, err: cause });
      },
    };
  }
}
