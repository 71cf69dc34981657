import { createSecretKey } from 'node:crypto';
import type { SharedState } from '../../state/shared-state.ts';
import { type Refusal, refusals } from '../admission/refusal.ts';
import type { Clock } from '../clock.ts';
import type { SessionLog } from '../log.ts';
import type { Reopened } from '../session/docking.ts';
import type { Turns } from '../session/turns.ts';
import { createHandles, type Handles, handleHash } from './handles.ts';
import { Resumption } from './resumption.ts';
import type { ResumeTimes, ResumptionOptions, ResumptionSetting } from './resumption-options.ts';
import { type Claimed, unseal, type Written } from './written.ts';

/** A session that is asked for again. */
export interface Wanted {
  /** `rsm_…`, or the id of the conversation of a session that is open here. */
  readonly handle: string;
  /** Whose key, or client secret, asks. */
  readonly owner: string;
}

/** Where the session is. */
export type Found =
  | { readonly is: 'refused'; readonly refusal: Refusal }
  /** Open here, with or without a connection. */
  | { readonly is: 'here'; readonly resumption: Resumption }
  /** Another node has it, if that is there. */
  | ({ readonly is: 'elsewhere'; readonly node: string } & Claimable)
  /** Nobody has it. */
  | ({ readonly is: 'left' } & Claimable);

/** A session that may be claimed. */
export interface Claimable {
  readonly sessionId: string;
  /** The number of the connection that the handle is of. */
  readonly connection: number;
}

export interface ResumingOptions extends ResumeTimes {
  readonly state: Pick<SharedState, 'snapshots' | 'nodes' | 'keyFor' | 'follow' | 'isUp'>;
  /** The name of this node. */
  readonly node: string;
  readonly clock: Clock;
  readonly turns: Turns;
  readonly log: SessionLog;
}

/** What is particular to the session that begins. */
export type Begun = Pick<ResumptionOptions, 'line' | 'owner' | 'modelName' | 'holder' | 'asks' | 'isCall' | 'log'>;

/** How often it is looked whether the process stands still, and for how long it may, in milliseconds. Others wait for longer. */
const lookMs = 1_000;
const stillMs = 2_000;

/** The sessions of a server that can be taken up again, and the way to those that have left it. */
export class Resuming {
  readonly #options: ResumingOptions;
  readonly #handles: Handles;
  readonly #setting: ResumptionSetting;
  readonly #here = new Set<Resumption>();
  readonly #endings = new Map<Resumption, Promise<void>>();
  #callOff: () => void = () => {};

  constructor(options: ResumingOptions) {
    const { state, node, keepMs, graceMs, renews, clock, turns } = options;
    this.#options = options;
    this.#handles = createHandles(state.keyFor('resume handles'));
    const { snapshots } = state;
    const key = createSecretKey(state.keyFor('resume snapshots'));
    this.#setting = { keepMs, graceMs, renews, node, clock, turns, handles: this.#handles, snapshots, key };
    // A store that was away may have come back empty.
    state.follow((isUp) => void (isUp && this.#writeAll()));
  }

  /** Looks after a session that begins, or begins again: `claimed`. `ended` is to be told when it is over. */
  begin(begun: Begun, claimed: Claimed | null): Resumption {
    const listed = (resumption: Resumption, isOn: boolean): void => this.#list(resumption, isOn);
    const options = { ...this.#setting, ...begun, listed };
    if (claimed === null) return new Resumption(options);
    const { written, epoch } = claimed;
    const how = written.isWhole ? 'restored' : 'recovered';
    return new Resumption({
      ...options,
      claimed: { epoch, connection: firstOfNextLife(written.connection), oldest: written.oldest, how },
    });
  }

  /** The session has ended. */
  ended(resumption: Resumption): void {
    const gone = resumption.ended().finally(() => this.#endings.delete(resumption));
    this.#endings.set(resumption, gone);
  }

  /** How a session that was claimed goes on. */
  reopened({ written, epoch }: Claimed): Reopened {
    const { snapshot, secrets } = written;
    return { snapshot, secrets, reseed: epoch, renews: this.#options.renews };
  }

  /** Where the session is. */
  async find({ handle, owner }: Wanted): Promise<Found> {
    const named = this.#byConversation({ handle, owner });
    if (named !== null) return { is: 'here', resumption: named };
    const facts = this.#handles.read(handle, owner);
    this.#options.log.debug('a session is asked for again', { handle: handleHash(handle), known: facts !== null });
    if (facts === null) return refused(refusals.resumeHandleInvalid());
    const { sessionId, connection, node } = facts;
    const resumption = await this.#at(sessionId);
    if (resumption !== null && connection <= resumption.connection) {
      if (connection < resumption.oldest) return refused(refusals.resumeSuperseded());
      return { is: 'here', resumption };
    }
    // One that is here all the same is an older life of it, which has not learnt yet that it has moved.
    const isElsewhere = node !== this.#options.node && (await this.#mayHold(node));
    const claimable = { sessionId, connection };
    return isElsewhere ? { is: 'elsewhere', node, ...claimable } : { is: 'left', ...claimable };
  }

  /** Claims a session that nobody goes on with, or a node that is not to be reached. Rejects where the store does not answer. */
  async claim({ sessionId, connection }: Claimable): Promise<Claimed | Refusal> {
    const { snapshots } = this.#options.state;
    // A claim takes the session from whoever has it, so that a handle which is not good any more must not make one.
    const left = this.#read(sessionId, connection, await snapshots.read(sessionId));
    if ('closeCode' in left && left.error.code === 'resume_superseded') return left;
    const claim = await snapshots.claim(sessionId);
    const written = this.#read(sessionId, connection, claim?.bytes ?? null);
    if (claim === null || 'closeCode' in written)
      return 'closeCode' in written ? written : refusals.resumeHandleExpired();
    for (const each of this.#here) if (each.sessionId === sessionId) each.moved();
    return { written, epoch: claim.epoch };
  }

  /**
   * Claims a session that is open here, which ends here. A refusal leaves it as it is; where the store fails meanwhile, its handle
   * is good still. Rejects as `claim` does.
   */
  async claimHere(resumption: Resumption): Promise<Claimed | Refusal> {
    const { sessionId, connection } = resumption;
    if (!this.#options.state.isUp) return refusals.stateUnavailable();
    await resumption.handOver();
    return this.claim({ sessionId, connection });
  }

  /** What was written down of a session, if a handle of this connection takes it up. */
  #read(sessionId: string, connection: number, bytes: Uint8Array | null): Written | Refusal {
    const written = bytes === null ? null : unseal(this.#setting.key, sessionId, bytes);
    if (written === null) return refusals.resumeHandleExpired();
    return connection < written.oldest ? refusals.resumeSuperseded() : written;
  }

  #list(resumption: Resumption, isOn: boolean): void {
    const wasEmpty = this.#here.size === 0;
    if (isOn) this.#here.add(resumption);
    else this.#here.delete(resumption);
    if (this.#here.size === 0) this.#callOff();
    else if (wasEmpty) this.#look();
  }

  /** A process that has stood still may have been taken for dead: its sessions learn whether they have another home. */
  #look(): void {
    const { clock } = this.#options;
    const dueAt = clock.now() + lookMs;
    this.#callOff = clock.after(lookMs, () => {
      if (clock.now() - dueAt > stillMs) this.#writeAll();
      this.#look();
    });
  }

  #writeAll(): void {
    for (const resumption of this.#here) resumption.writeDown();
  }

  /** The session of this id as far as it is here; one that is just leaving is waited for. */
  async #at(sessionId: string): Promise<Resumption | null> {
    const held = [...this.#here].find((each) => each.sessionId === sessionId) ?? null;
    const leaving = [...this.#endings].find(([each]) => each.sessionId === sessionId);
    if (leaving !== undefined) await leaving[1];
    if (held?.isDeparting !== true) return held !== null && this.#here.has(held) ? held : null;
    await held.departed;
    return null;
  }

  #byConversation({ handle, owner }: Wanted): Resumption | null {
    if (!handle.startsWith('conv_')) return null;
    const of = [...this.#here].filter((each) => each.owner === owner && each.conversationId === handle);
    return of.findLast((each) => !each.isDeparting) ?? null;
  }

  /** A node that the store does not know, or that can't be asked for, may be there all the same: only it can say that. */
  async #mayHold(node: string): Promise<boolean> {
    const facts = await this.#options.state.nodes.find(node).catch(() => null);
    return facts?.isDraining !== true;
  }
}

/** No life of a session has so many connections. */
const connectionsOfLife = 65_536;

/**
 * The number of the first connection of the life after the one that had this connection: greater than all of that one, which may
 * have had more than were written down. Else a node that stood still would take the handles of the new life for its own.
 */
function firstOfNextLife(connection: number): number {
  return (Math.floor(connection / connectionsOfLife) + 1) * connectionsOfLife;
}

function refused(refusal: Refusal): Found {
  return { is: 'refused', refusal };
}
