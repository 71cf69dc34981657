import type { ApiError, Response } from '../../protocol/events/index.ts';
import { type Alarm, alarm } from '../alarm.ts';
import type { Clock } from '../clock.ts';
import type { AnyServerEvent } from '../events/server-event.ts';
import { Asked, alreadyActive } from '../requests/asked.ts';
import type { Create } from './create.ts';
import { begun, emptyFloor, type Floor, foldFloor, type Turn, turnOver } from './floor.ts';
import { heardItems } from './heard.ts';

export interface SequencerOptions {
  readonly clock: Clock;
  /** Time that a committed turn may take until the server begins its answer, and speech without sound, in milliseconds. */
  readonly turnMs: number;
}

/** A create that the app sent itself. */
interface Foreign {
  readonly readsConversation: boolean;
  /** Cancels waiting for its answer. */
  readonly cancelTimer: () => void;
}

/** Time before a create is sent again that was refused though nothing seemed to stand in its way: doubles up to the second. */
const retryMs = { first: 100, most: 3_000 } as const;

/** A response that says nothing for so long may have ended unheard, in milliseconds. */
const doubtMs = 300_000;

/**
 * Lets one response at a time ask for the default conversation, so that no client event of ours is refused because
 * another is active. A create waits while a response is in progress, whoever asked for it, while another create is
 * unanswered, and while the user's turn is on that the server will answer of itself. Where the server was faster all
 * the same (its answer to a turn crosses with the create), the create is sent again when that response is done. A create
 * that answers certain items is not wanted any more once another response has begun with all of them in its context.
 */
export class Sequencer {
  readonly #options: SequencerOptions;
  readonly #cancel: (responseId: string) => void;
  /** For the default conversation, in the order asked. */
  readonly #queue: Create[] = [];
  readonly #asked: Asked;
  readonly #heard = heardItems();
  /** Creates that the app sent itself and that are not answered yet, by event id. */
  readonly #foreign = new Map<string, Foreign>();
  #floor: Floor = emptyFloor;
  /** The response that a waiting create has already had cancelled. */
  #cancelled: string | null = null;
  /** When sound last left for the server. */
  #soundAt = 0;
  /** When a response last said something. */
  #heardAt = 0;
  #retryMs: number = retryMs.first;
  readonly #turnEnd: Alarm;
  readonly #retry: Alarm;
  readonly #doubts: Alarm;
  /** The create that the order of events alone says the response in progress answers. */
  #guess: Create | null = null;
  #isPaused = true;

  /** `cancel` sends `response.cancel`. */
  constructor(options: SequencerOptions, cancel: (responseId: string) => void) {
    this.#options = options;
    this.#cancel = cancel;
    const { clock } = options;
    this.#turnEnd = alarm(clock);
    this.#retry = alarm(clock);
    this.#doubts = alarm(clock);
    this.#asked = new Asked(clock, () => this.#advance());
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
    if (this.#isAnswered(create)) return void create.cancel();
    if (!create.facts.outOfBand) {
      this.#queue.push(create);
      return this.#advance();
    }
    this.#asked.add(create);
    create.send();
  }

  /** Takes back a create that never left for the server. */
  withdraw(create: Create): void {
    const index = this.#queue.indexOf(create);
    if (index >= 0) return void this.#queue.splice(index, 1);
    this.#asked.delete(create.facts.key);
    this.#advance();
  }

  /** The server did not answer a create in time. It may do so yet, and for `holdMs` no other is sent. */
  giveUp(create: Create, holdMs: number): void {
    this.#asked.giveUp(create, holdMs);
  }

  /** The app sends a create of its own for the default conversation. */
  sentByApp(eventId: string, readsConversation: boolean): void {
    const cancelTimer = this.#options.clock.after(this.#options.turnMs, () => this.#forgetForeign(eventId));
    this.#foreign.set(eventId, { readsConversation, cancelTimer });
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
    this.#asked.drop(waits);
    this.#guess = null;
    for (const eventId of this.#foreign.keys()) this.#forgetForeign(eventId);
    for (const timer of [this.#turnEnd, this.#retry, this.#doubts]) timer.stop();
    this.#floor = emptyFloor;
  }

  /** Nobody knows what is in progress: nothing is taken to be, and no create is taken to be on the way. */
  clear(): void {
    this.#asked.drop(() => false);
    this.#guess = null;
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
    if (this.#floor.active === null) this.#guess = null;
    if (event.type === 'conversation.item.added' || event.type === 'conversation.item.created')
      this.#heard.added(event.item.id ?? '');
    this.#advance();
    return false;
  }

  get #isAsking(): boolean {
    return this.#foreign.size > 0 || this.#asked.hasInBand;
  }

  /** There is nothing left that it would say. */
  #isAnswered({ facts: { answers } }: Create): boolean {
    return answers !== null && this.#heard.hasAll(answers);
  }

  #begin(response: Response): void {
    const isOwed = this.#floor.turn.phase === 'owed';
    const match = this.#asked.answeredBy(response, isOwed);
    const create = match?.create;
    const isInBand = create === undefined ? response.conversation_id !== null : !create.facts.outOfBand;
    if (isInBand) {
      this.#floor = begun(this.#floor, response.id ?? '');
      this.#guess = match?.isCertain === false ? match.create : null;
      const isOwn = create === undefined && isOwed;
      const origin = create?.facts ?? (isOwn ? null : this.#firstForeign());
      if (create?.isWanted !== false && origin?.readsConversation !== false) this.#heard.readAll();
    }
    if (create !== undefined) {
      this.#retryMs = retryMs.first;
      create.started(response, match?.isCertain === true);
    }
    for (const other of [...this.#queue, ...this.#asked.creates]) if (this.#isAnswered(other)) other.cancel();
  }

  #refuse(error: ApiError): boolean {
    const isBusy = error.code === alreadyActive;
    const create = this.#refusedBy(error);
    if (create === undefined) return false;
    const wasGuessed = create === this.#guess;
    this.#guess = wasGuessed ? null : this.#guess;
    this.#asked.delete(create.facts.key);
    if (!isBusy) create.refused(error);
    else if (wasGuessed ? create.wasMistaken(error) : create.wasBusy()) this.#askAgain(create);
    this.#advance();
    return isBusy;
  }

  /**
   * Which create an error refuses: the one it names, else the oldest that can have earned it. Ours are never sent while one
   * of the app's is unanswered, so they are the older ones. Where none is left, the response in progress was not ours.
   */
  #refusedBy(error: ApiError): Create | undefined {
    const { code, event_id: eventId } = error;
    const guess = code === alreadyActive ? (this.#guess ?? undefined) : undefined;
    if (typeof eventId === 'string' && eventId !== '') {
      this.#forgetForeign(eventId);
      return this.#asked.get(eventId) ?? (guess?.facts.key === eventId ? guess : undefined);
    }
    if (code !== alreadyActive) return this.#foreign.size === 0 ? this.#asked.refusedBy(error) : undefined;
    return this.#asked.refusedBy(error) ?? (this.#firstForeign() === null ? guess : undefined);
  }

  #askAgain(create: Create): void {
    this.#queue.unshift(create);
    if (this.#floor.active !== null) return;
    this.#retry.stop();
    this.#retry.set(this.#retryMs, () => this.#advance());
    this.#retryMs = Math.min(this.#retryMs * 2, retryMs.most);
  }

  #advance(): void {
    const [next] = this.#queue;
    const { active, turn } = this.#floor;
    if (next === undefined || this.#isPaused || this.#isAsking) return;
    if (active !== null) return this.#clear(active, next);
    this.#doubts.stop();
    if (turn.phase !== 'none') return this.#waitForTurn(turn);
    this.#turnEnd.stop();
    if (this.#retry.isSet()) return;
    this.#queue.shift();
    this.#asked.add(next);
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
    this.#doubts.set(doubtMs, () => {
      const isSilent = clock.now() - this.#heardAt >= doubtMs;
      if (this.#floor.active === active && isSilent) this.#floor = { ...this.#floor, active: null };
      this.#advance();
    });
  }

  /** A turn whose answer does not come, or whose sound ceased without an end, holds nobody up for good. */
  #waitForTurn(turn: Turn): void {
    const { clock, turnMs } = this.#options;
    const startedAt = clock.now();
    this.#turnEnd.set(turnMs, () => {
      const isSilent = turn.phase === 'owed' || this.#soundAt < startedAt;
      if (this.#floor.turn === turn && isSilent) this.#floor = turnOver(this.#floor);
      this.#advance();
    });
  }

  /** Takes the oldest create of the app's as answered. */
  #firstForeign(): Foreign | null {
    const [first] = this.#foreign;
    if (first === undefined) return null;
    this.#forgetForeign(first[0]);
    return first[1];
  }

  #forgetForeign(eventId: string): void {
    this.#foreign.get(eventId)?.cancelTimer();
    if (this.#foreign.delete(eventId)) this.#advance();
  }
}
