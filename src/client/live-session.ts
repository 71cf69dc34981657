import type { ApiError, ClientEvent, Item, ServerEventMap, Session, SessionPayload } from '../protocol/events/index.ts';
import type { Wire, WireClosed } from '../wire/wire.ts';
import { appendFrame, base64Of } from './audio/input-audio.ts';
import type { ConnectionChange, ConnectionState } from './connection/state.ts';
import { type Outgoing, Transport } from './connection/transport.ts';
import { ClientError, RealtimeError } from './errors.ts';
import { deferred } from './events/deferred.ts';
import { isObject } from './events/event-shapes.ts';
import { guarded } from './events/listeners.ts';
import type { AnyServerEvent, ServerEventName, ServerEventOf } from './events/server-event.ts';
import { Audience } from './events/subscribers.ts';
import { createIds } from './ids.ts';
import type { SessionOptions } from './options.ts';
import { Requests } from './requests/requests.ts';
import { isServerCommit } from './responses/floor.ts';
import { Responder } from './responses/responder.ts';
import type { RespondOptions, ResponseHandle } from './responses/response.ts';
import { Continuity, isStale } from './restore/continuity.ts';
import { type Resume, type Resumed, Resuming } from './restore/resuming.ts';
import type {
  AudioChunk,
  CreateItemOptions,
  ItemAdded,
  NextOptions,
  RealtimeSession,
  RequestOptions,
  SessionChange,
} from './session.ts';
import { type SettledOptions, settle } from './settled-options.ts';

/** Gives an open wire for each attempt. */
export type DialSession = (signal: AbortSignal, resume: Resume | null) => Promise<Wire>;

const added = ['conversation.item.added', 'conversation.item.created'] as const;

/** Events whose answers come in the order sent, whoever sent them. */
const answeredInOrder: ReadonlyMap<string, keyof ServerEventMap> = new Map([
  ['session.update', 'session.updated'],
  ['input_audio_buffer.clear', 'input_audio_buffer.cleared'],
  ['input_audio_buffer.commit', 'input_audio_buffer.committed'],
]);

/** The one session that `connect` and `startSession` give. */
export class LiveSession implements RealtimeSession {
  readonly ready: Promise<void>;
  readonly closed: Promise<WireClosed>;
  readonly #options: SettledOptions;
  readonly #ids = createIds();
  readonly #audience: Audience;
  readonly #requests: Requests;
  readonly #responder: Responder;
  readonly #transport: Transport;
  readonly #watchers = new Set<(change: ConnectionChange) => unknown>();
  readonly #restored = new Set<string>();
  /** Null if a lost connection ends the session. */
  readonly #continuity: Continuity | null;
  readonly #resuming = new Resuming();
  /** Requests that the connection was lost with, which it is not known whether they have arrived. */
  #inDoubt: ReadonlySet<string> = new Set();
  /** How the session was found again on this connection; null if it is a new one. */
  #resumedAs: Resumed | null = null;
  #config: SessionPayload | null = null;

  constructor(dial: DialSession, options: SessionOptions) {
    const settled = settle(options);
    this.#options = settled;
    this.#audience = new Audience(settled);
    this.#requests = new Requests(settled, (eventId) => this.#transport.forget(eventId));
    const closed = deferred<WireClosed>();
    this.closed = closed.promise;
    this.#transport = new Transport(
      {
        dial: (signal) => dial(signal, this.#resuming.resume),
        event: (event) => this.#receive(event),
        malformed: (error, keptOut) => this.#refuse(error, keptOut),
        made: (isFirst) => this.#made(isFirst),
        lost: () => this.#cut(),
        refused: (error) => this.#refusedAgain(error),
        keeps: (event) => this.#keeps(event),
        renewCode: resumingCode,
        change: (change) => this.#tellChange(change),
        ended: (error) => this.#ended(error),
        closed: closed.resolve,
      },
      settled,
    );
    const parts = { ids: this.#ids, requests: this.#requests, transport: this.#transport };
    this.#responder = new Responder(parts, settled);
    const { reconnect, clock } = settled;
    this.#continuity = reconnect === false ? null : new Continuity(clock, reconnect, () => this.#renew());
    this.ready = this.#transport.start();
    // Whoever does not wait for it learns of a failure from `closed` and from every request.
    this.ready.catch(() => {});
  }

  get id(): string | null {
    return this.#config?.id ?? null;
  }

  get config(): SessionPayload | null {
    return this.#config;
  }

  get connection(): ConnectionState {
    return this.#transport.state;
  }

  get pendingBytes(): number {
    return this.#transport.pendingBytes;
  }

  on<Type extends ServerEventName>(type: Type, handler: (event: ServerEventOf<Type>) => unknown): () => void {
    return this.#audience.on(type, handler);
  }

  once<Type extends ServerEventName>(type: Type, handler: (event: ServerEventOf<Type>) => unknown): () => void {
    return this.#audience.once(type, handler);
  }

  next<Type extends ServerEventName>(type: Type, options: NextOptions<Type> = {}): Promise<ServerEventOf<Type>> {
    return this.#audience.next(type, options);
  }

  [Symbol.asyncIterator](): AsyncIterator<AnyServerEvent> {
    return this.#audience.loop();
  }

  onConnection(handler: (change: ConnectionChange) => unknown): () => void {
    const watcher = (change: ConnectionChange) => handler(change);
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  send(event: ClientEvent | { readonly type: string; readonly [field: string]: unknown }): void {
    // With an id, but for sound: an error that names no event is then about none that the app sent of itself.
    const isNamed = event.type === 'input_audio_buffer.append' || event.event_id !== undefined;
    const named = isNamed ? event : { ...event, event_id: this.#ids.event() };
    const answer = answeredInOrder.get(event.type);
    this.#responder.noticed(named);
    if (answer !== undefined) this.#sendInOrder(named, answer);
    else if (isPlainSound(named)) this.#sendSound(named);
    else this.#transport.send(named);
  }

  update(change: SessionChange, options?: RequestOptions): Promise<ServerEventMap['session.updated']> {
    const session = { type: this.#config?.type ?? 'realtime', ...change };
    return this.#ask({ type: 'session.update', session }, ['session.updated'], options);
  }

  createItem(item: Item, { previousItemId, ...options }: CreateItemOptions = {}): Promise<ItemAdded> {
    const named = { ...item, id: item.id ?? this.#ids.item() };
    const event = { type: 'conversation.item.create', previous_item_id: previousItemId, item: named };
    return this.#ask(event, added, options);
  }

  retrieveItem(itemId: string, options?: RequestOptions): Promise<ServerEventMap['conversation.item.retrieved']> {
    const event = { type: 'conversation.item.retrieve', item_id: itemId };
    return this.#ask(event, ['conversation.item.retrieved'], options);
  }

  deleteItem(itemId: string, options?: RequestOptions): Promise<ServerEventMap['conversation.item.deleted']> {
    return this.#ask({ type: 'conversation.item.delete', item_id: itemId }, ['conversation.item.deleted'], options);
  }

  truncate(
    itemId: string,
    audioEndMs: number,
    { contentIndex = 0, ...options }: RequestOptions & { readonly contentIndex?: number } = {},
  ): Promise<ServerEventMap['conversation.item.truncated']> {
    if (this.isRestored(itemId)) return Promise.reject(new ClientError('restored_item'));
    const part = { item_id: itemId, content_index: contentIndex, audio_end_ms: audioEndMs };
    return this.#ask({ type: 'conversation.item.truncate', ...part }, ['conversation.item.truncated'], options);
  }

  appendAudio(chunk: AudioChunk): void {
    const audio = base64Of(chunk, this.#config);
    const event = { type: 'input_audio_buffer.append', audio };
    this.#responder.noticed(event);
    this.#sendSound(event);
  }

  #sendSound(event: Outgoing & { readonly audio: string }): void {
    if (!this.#resuming.holdsSound) this.#transport.send(event, () => appendFrame(event.audio));
    this.#resuming.send(event.audio, this.#config);
  }

  clearInput(options?: RequestOptions): Promise<ServerEventMap['input_audio_buffer.cleared']> {
    return this.#ask({ type: 'input_audio_buffer.clear' }, ['input_audio_buffer.cleared'], options);
  }

  commitInput(options?: RequestOptions): Promise<ServerEventMap['input_audio_buffer.committed']> {
    return this.#ask({ type: 'input_audio_buffer.commit' }, ['input_audio_buffer.committed'], options);
  }

  respond(options: RespondOptions = {}): ResponseHandle {
    return this.#responder.respond(options);
  }

  isRestored(itemId: string): boolean {
    return this.#restored.has(itemId);
  }

  close(code = 1000, reason = ''): void {
    this.#transport.close(code, reason);
  }

  /** Sends an event under an id of its own and waits for what answers it. */
  #ask<Type extends keyof ServerEventMap>(
    event: Outgoing,
    answers: readonly Type[],
    options?: RequestOptions,
    put = (sent: Outgoing) => this.#transport.send(sent),
  ): Promise<ServerEventMap[Type]> {
    const named = { ...event, event_id: event.event_id ?? this.#ids.event() };
    return this.#requests.send({ event: named, answers }, put, options);
  }

  /** A request that goes ahead of all that waits. */
  #first<Type extends keyof ServerEventMap>(event: Outgoing, answers: readonly Type[]): Promise<ServerEventMap[Type]> {
    return this.#ask(event, answers, {}, (sent) => this.#transport.sendFirst(sent));
  }

  /** The app's own event takes its place among the requests, so that none of them gets its answer. */
  #sendInOrder(event: Outgoing, answer: keyof ServerEventMap): void {
    let failure: unknown = null;
    const put = (sent: Outgoing) => {
      try {
        this.#transport.send(sent);
      } catch (error) {
        failure = error;
        throw error;
      }
    };
    this.#ask(event, [answer], { timeoutMs: Infinity }, put).catch(() => {});
    if (failure !== null) throw failure;
  }

  #receive(event: AnyServerEvent): void {
    if (event.type === 'session.created' || event.type === 'session.updated') this.#config = event.session;
    if (this.#isOfResuming(event)) return;
    // Before the floor moves on: a commit is told from the server's own by what the floor was.
    const isServers =
      event.type === 'input_audio_buffer.committed' && isServerCommit(this.#responder.floor, event.item_id);
    const granted = isServers ? null : this.#requests.take(event);
    if (granted?.type === 'session.update' && isSettings(granted['session']))
      this.#continuity?.accepted(granted['session']);
    const isInternal = this.#responder.take(event);
    this.#continuity?.take(event);
    if (event.type === 'conversation.item.deleted') this.#restored.delete(event.item_id);
    if (isInternal) return;
    const { onEvent } = this.#options;
    if (onEvent !== undefined) guarded(() => onEvent(event), this.#options.onHandlerError);
    this.#audience.tell(event);
  }

  #refuse(error: ClientError, keptOut?: string): void {
    this.#options.onHandlerError(error);
    if (keptOut === 'response.created' || keptOut === 'response.done') this.#responder.unclear(error);
  }

  async #made(isFirst: boolean): Promise<readonly string[]> {
    const restored = isFirst ? this.#greet() : this.#isResumed ? [] : this.#restore();
    this.#responder.resume();
    return restored;
  }

  /** Whether the session that has greeted is the one that was there before, and not one that has to be told of it. */
  get #isResumed(): boolean {
    return this.#resumedAs !== null;
  }

  /** What the app need not see: that the session was found again, and what it has seen before. */
  #isOfResuming(event: AnyServerEvent): boolean {
    if (event.type === 'error' && isOfHandle(event.error)) return true;
    const again = this.#resuming.take(event);
    if (event.type === 'session.resumption.updated') this.#resumed(again);
    if (event.type === 'session.ending') this.#continuity?.renewSoon();
    if (event.type === 'session.created') {
      this.#resumedAs = event.session.resumption?.resumed ?? null;
      if (this.#isResumed && this.#resuming.isRetelling) this.#forgetRunning();
      return this.#isResumed && this.#continuity?.greetedAgain(event) === true;
    }
    return this.#resuming.isRetelling && this.#continuity?.knows(event) === true;
  }

  /** All that was missed has come: what is not answered by now was never heard of. */
  #resumed(again: readonly string[]): void {
    this.#requests.fail(new ClientError('connection_lost'), (eventId) => this.#inDoubt.has(eventId));
    this.#inDoubt = new Set();
    for (const audio of again) this.#sendSound({ type: 'input_audio_buffer.append', audio });
  }

  /** Of what ran nothing more is known than what comes from now on. */
  #forgetRunning(): void {
    const error = new ClientError('connection_lost');
    this.#requests.fail(error, (eventId) => !this.#transport.holds(eventId));
    this.#responder.lost(error);
    this.#inDoubt = new Set();
  }

  #keeps({ audio }: Outgoing): boolean {
    return typeof audio === 'string' && this.#resuming.resume !== null;
  }

  /** The session may be there still: then nothing is lost yet. */
  #cut(): void {
    if (this.#resuming.resume === null) return this.#lost();
    this.#inDoubt = new Set(this.#requests.sent((eventId) => !this.#transport.holds(eventId)));
  }

  /** The session is gone: a new one is told of it. */
  #refusedAgain({ server }: ClientError): boolean {
    if (server === null || !isOfHandle(server)) return false;
    this.#resuming.giveUp();
    this.#lost();
    return true;
  }

  /** Sends the settings that the app wants from the start. */
  async #greet(): Promise<readonly string[]> {
    const { session, readyOn } = this.#options;
    if (session === undefined) return [];
    const answered = this.#first({ type: 'session.update', session }, ['session.updated']);
    if (readyOn === undefined || readyOn === 'session.updated') await answered;
    else answered.catch(() => {});
    return [];
  }

  /** Tells a new session what the last one was. */
  async #restore(): Promise<readonly string[]> {
    if (this.#continuity === null) return [];
    const { settings, items } = this.#continuity.recall();
    this.#transport.dropStale(isStale);
    this.#requests.fail(new ClientError('connection_lost'), (eventId) => !this.#transport.holds(eventId));
    const isSet =
      settings === null ? null : this.#first({ type: 'session.update', session: settings }, ['session.updated']);
    isSet?.catch(() => {});
    const told = items.map(async (item) => {
      const id = item.id ?? this.#ids.item();
      await this.#first({ type: 'conversation.item.create', item: { ...item, id } }, added);
      return id;
    });
    const results = await Promise.allSettled(told);
    await isSet;
    this.#restored.clear();
    for (const result of results) {
      if (result.status === 'fulfilled') this.#restored.add(result.value);
      // An item that the server refuses is left out; anything else means that it was not told.
      else if (!(result.reason instanceof RealtimeError)) throw result.reason;
    }
    this.#continuity.told();
    return [...this.#restored];
  }

  /** Asks for a new connection where nobody speaks and nothing is asked; says whether that is so. */
  #renew(): boolean {
    const isQuiet = this.#responder.isQuiet && this.#requests.isIdle;
    if (isQuiet) this.#transport.renew();
    return isQuiet;
  }

  #lost(): void {
    const error = new ClientError('connection_lost');
    this.#requests.fail(error, (eventId) => !this.#transport.holds(eventId));
    this.#responder.lost(error);
    this.#continuity?.lost();
  }

  #ended(error: ClientError): void {
    this.#requests.fail(error);
    this.#responder.end(error);
    this.#audience.end(error);
    this.#continuity?.stop();
  }

  #tellChange(change: ConnectionChange): void {
    const resumed = change.type === 'reconnected' ? this.#resumedAs : null;
    const told = resumed === null ? change : { ...change, resumed };
    for (const watcher of this.#watchers) guarded(() => watcher(told), this.#options.onHandlerError);
  }
}

/** No end of the session, so not 1000; of those that browsers may send, and that no server gives. */
const resumingCode = 4999;

/** Sound with nothing beside it. */
function isPlainSound(event: Outgoing): event is Outgoing & { readonly audio: string } {
  return (
    event.type === 'input_audio_buffer.append' && typeof event['audio'] === 'string' && Object.keys(event).length === 2
  );
}

function isOfHandle({ code }: ApiError): boolean {
  return code?.startsWith('resume_') ?? false;
}

function isSettings(value: unknown): value is Session {
  return isObject(value) && 'type' in value;
}
