import type { ApiError, Response } from '../protocol/events/index.ts';
import type { Clock } from './clock.ts';
import { begun, emptyFloor, type Floor, foldFloor, type Turn, turnOver } from './floor.ts';
import type { AnyServerEvent } from './server-event.ts';

/** What is known of a create from the start. */
export interface CreateFacts {
  /** Of the client event; also what the response's metadata carry. */
  readonly key: string;
  /** The metadata had room for the key. */
  readonly isKeyed: boolean;
  readonly outOfBand: boolean;
  /** Cancels the response that stands in its way. */
  readonly cancelsOthers: boolean;
}

/** A `response.create` that wants to be sent. */
export interface Create {
  readonly facts: CreateFacts;
  send(): void;
  started(response: Response): void;
  /** The server will not begin it. */
  refused(error: ApiError): void;
  /** Another response was faster. Says whether to send it again after that one. */
  wasBusy(): boolean;
}

export interface SequencerOptions {
  readonly clock: Clock;
  /** Time that a committed turn may take until the server begins its answer, and speech without sound, in milliseconds. */
  readonly turnMs: number;
}

/** Time before a create is sent again that was refused though nothing seemed to stand in its way: doubles up to the second. */
const retryMs = { first: 100, most: 3_000 } as const;

/** A response that says nothing for so long may have ended unheard, in milliseconds. */
const doubtMs = 300_000;

/**
 * Lets one response at a time ask for the default conversation, so that no client event of ours is refused because
 * another is active. A create waits while a response is in progress, whoever asked for it, while another create is
 * unanswered, and while the user's turn is on that the server will answer of itself. Where the server was faster all
 * the same (its answer to a turn crosses with the create), the create is sent again when that response is done.
 */
export class Sequencer {
  readonly #options: SequencerOptions;
  readonly #cancel: (responseId: string) => void;
  /** For the default conversation, in the order asked. */
  readonly #queue: Create[] = [];
  /** Sent and not yet answered, of either kind, by key. */
  readonly #asked = new Map<string, Create>();
  /** Creates that the app sent itself, by event id, with what cancels waiting for their answer. */
  readonly #foreign = new Map<string, () => void>();
  #floor: Floor = emptyFloor;
  /** The response that a waiting create has already had cancelled. */
  #cancelled: string | null = null;
  /** When sound last left for the server. */
  #soundAt = 0;
  /** When a response last said something. */
  #heardAt = 0;
  #retryMs: number = retryMs.first;
  #turnTimer: (() => void) | null = null;
  #retryTimer: (() => void) | null = null;
  #doubtTimer: (() => void) | null = null;
  /** The server has been seen to echo metadata, so that a response without our key is not ours. */
  #echoes = false;
  #isPaused = true;

  /** `cancel` sends `response.cancel`. */
  constructor(options: SequencerOptions, cancel: (responseId: string) => void) {
    this.#options = options;
    this.#cancel = cancel;
  }

  get floor(): Floor {
    return this.#floor;
  }

  /** A response of the default conversation is in progress, asked for, waited for or about to come. */
  get isBusy(): boolean {
    const { active, turn } = this.#floor;
    return active !== null || turn.phase !== 'none' || this.#queue.length > 0 || this.#isAsking;
  }

  ask(create: Create): void {
    if (!create.facts.outOfBand) {
      this.#queue.push(create);
      return this.#advance();
    }
    this.#asked.set(create.facts.key, create);
    create.send();
  }

  /** Takes back a create that waits. */
  withdraw(create: Create): void {
    const index = this.#queue.indexOf(create);
    if (index >= 0) this.#queue.splice(index, 1);
  }

  /** The server did not answer a create: others need not wait for it any longer. */
  giveUp(create: Create): void {
    this.#asked.delete(create.facts.key);
    this.#advance();
  }

  /** The app sends a create of its own for the default conversation. */
  sentByApp(eventId: string): void {
    const cancel = this.#options.clock.after(this.#options.turnMs, () => this.#forgetForeign(eventId));
    this.#foreign.set(eventId, cancel);
  }

  /** Sound leaves for the server. */
  sentSound(): void {
    this.#soundAt = this.#options.clock.now();
  }

  /** Begins to send, on a fresh connection. */
  resume(): void {
    this.#isPaused = false;
    this.#advance();
  }

  /** The connection is gone: nothing is sent, and what was asked is forgotten but what `waits` for the next one. */
  pause(waits: (key: string) => boolean = () => false): void {
    this.#isPaused = true;
    for (const key of this.#asked.keys()) if (!waits(key)) this.#asked.delete(key);
    for (const eventId of this.#foreign.keys()) this.#forgetForeign(eventId);
    this.#turnTimer?.();
    this.#retryTimer?.();
    this.#doubtTimer?.();
    this.#doubtTimer = null;
    this.#turnTimer = null;
    this.#retryTimer = null;
    this.#floor = emptyFloor;
  }

  /** Nobody knows what is in progress: nothing is taken to be, and no create is taken to be on the way. */
  clear(): void {
    this.#asked.clear();
    this.#floor = turnOver({ ...this.#floor, active: null });
    this.#advance();
  }

  /** The session is over: nothing waits any more. */
  stop(): void {
    this.pause();
    this.#queue.length = 0;
  }

  /** Takes an event, before anybody else sees it. Says whether it was an error that only concerns the sequencer. */
  take(event: AnyServerEvent): boolean {
    if (event.type === 'error') return this.#refuse(event.error);
    if (event.type.startsWith('response.')) this.#heardAt = this.#options.clock.now();
    if (event.type === 'response.created') this.#begin(event.response);
    else this.#floor = foldFloor(this.#floor, event);
    this.#advance();
    return false;
  }

  get #isAsking(): boolean {
    return this.#foreign.size > 0 || [...this.#asked.values()].some(({ facts }) => !facts.outOfBand);
  }

  #begin(response: Response): void {
    const create = this.#createOf(response);
    if (create === undefined ? response.conversation_id !== null : !create.facts.outOfBand) {
      this.#floor = begun(this.#floor, response.id ?? '');
    }
    if (create !== undefined) {
      this.#asked.delete(create.facts.key);
      this.#retryMs = retryMs.first;
      create.started(response);
    } else if (response.conversation_id !== null) {
      const [first] = this.#foreign.keys();
      if (first !== undefined) this.#forgetForeign(first);
    }
  }

  /**
   * The create that a response answers, by the key in its metadata, which servers echo (behaviour §4.5). Without a key it
   * is told by order: of a server that echoes nothing, or for a create whose metadata had no room. Ours is then the only
   * create on the way, and a response that a turn is owed is the server's own, since it comes right after the commit.
   */
  #createOf(response: Response): Create | undefined {
    const key = response.metadata?.[metadataKey];
    if (key !== undefined) this.#echoes = true;
    if (key !== undefined) return this.#asked.get(key);
    const outOfBand = response.conversation_id === null;
    if (!outOfBand && this.#floor.turn.phase === 'owed') return undefined;
    const isMatch = (create: Create) => create.facts.outOfBand === outOfBand && !(this.#echoes && create.facts.isKeyed);
    return [...this.#asked.values()].find(isMatch);
  }

  #refuse(error: ApiError): boolean {
    const eventId = error.event_id ?? '';
    this.#forgetForeign(eventId);
    const create = this.#asked.get(eventId);
    if (create === undefined) return false;
    this.#asked.delete(eventId);
    const isBusy = error.code === 'conversation_already_has_active_response';
    if (!isBusy) create.refused(error);
    else if (create.wasBusy()) this.#askAgain(create);
    this.#advance();
    return isBusy;
  }

  #askAgain(create: Create): void {
    this.#queue.unshift(create);
    if (this.#floor.active !== null) return;
    this.#retryTimer?.();
    this.#retryTimer = this.#options.clock.after(this.#retryMs, () => {
      this.#retryTimer = null;
      this.#advance();
    });
    this.#retryMs = Math.min(this.#retryMs * 2, retryMs.most);
  }

  #advance(): void {
    const [next] = this.#queue;
    const { active, turn } = this.#floor;
    if (next === undefined || this.#isPaused || this.#isAsking) return;
    if (active !== null) return this.#clear(active, next);
    this.#doubtTimer?.();
    this.#doubtTimer = null;
    if (turn.phase !== 'none') return this.#waitForTurn(turn);
    this.#turnTimer?.();
    this.#turnTimer = null;
    if (this.#retryTimer !== null) return;
    this.#queue.shift();
    this.#asked.set(next.facts.key, next);
    next.send();
  }

  #clear(active: string, { facts }: Create): void {
    this.#doubt(active);
    if (!facts.cancelsOthers || this.#cancelled === active) return;
    this.#cancelled = active;
    this.#cancel(active);
  }

  /** Where the end of a response was not heard, the next one is asked for all the same: a server that is still busy says so. */
  #doubt(active: string): void {
    const { clock } = this.#options;
    this.#doubtTimer ??= clock.after(doubtMs, () => {
      this.#doubtTimer = null;
      const isSilent = clock.now() - this.#heardAt >= doubtMs;
      if (this.#floor.active === active && isSilent) this.#floor = { ...this.#floor, active: null };
      this.#advance();
    });
  }

  /** A turn whose answer does not come, or whose sound ceased without an end, holds nobody up for good. */
  #waitForTurn(turn: Turn): void {
    const { clock, turnMs } = this.#options;
    const startedAt = clock.now();
    this.#turnTimer ??= clock.after(turnMs, () => {
      this.#turnTimer = null;
      const isSilent = turn.phase === 'owed' || this.#soundAt < startedAt;
      if (this.#floor.turn === turn && isSilent) this.#floor = turnOver(this.#floor);
      this.#advance();
    });
  }

  #forgetForeign(eventId: string): void {
    this.#foreign.get(eventId)?.();
    if (this.#foreign.delete(eventId)) this.#advance();
  }
}

/** Where a create's key stands in the response's metadata. Taken out before anybody sees it. */
export const metadataKey = 'antiphon_request';
