import { ticksToMs } from '../../core/audio-clock.ts';
import type { Input } from '../../core/input.ts';
import type { Session } from '../../core/session.ts';
import { secretsIn, snapshot } from '../../core/snapshot.ts';
import { serializeServerEvent } from '../../protocol/events/index.ts';
import type { ServerEventMap, SessionPayload } from '../../protocol/types.ts';
import type { Wire } from '../../wire/wire.ts';
import { newEventId } from '../admission/refusal.ts';
import type { WireEvent } from '../observability/observation/wire-event.ts';
import type { Docking } from '../session/docking.ts';
import type { Hosting } from '../session/host.ts';
import { longFrame } from '../session/inbox.ts';
import type { Written } from '../session/written.ts';
import { movedCloseCode, type TakenOver } from './line.ts';
import { asksToResume, isQuiet, makesNews, type Shown, shows } from './news.ts';
import type { ResumptionOptions } from './resumption-options.ts';
import { Saver, type Writing } from './saver.ts';
import { resumptionUpdated, sessionEnding } from './told.ts';
import { seal } from './written.ts';

type Resumed = NonNullable<NonNullable<SessionPayload['resumption']>['resumed']>;

interface Listed {
  /** It can be taken up from now on, or not any more. */
  readonly listed: (resumption: Resumption, isOn: boolean) => void;
}

/** What a client finds that is greeted. */
interface FoundSession {
  readonly how: Resumed;
  readonly dropped: number;
}

/** What is kept of the frames of one session at most, in characters, and for how long at least, in milliseconds. */
const ringBytes = 2_000_000;
const ringMs = 30_000;
/** How long a session that leaves waits for what runs in it, in milliseconds. */
const leaveMs = 5_000;
/** How long before its age ends a session its client is told, in milliseconds. */
const expiringMs = 60_000;
/** What stands in the log for a session that nobody has come back to. */
const leftCode = 1006;

/** Looks after a session that can be taken up again, once its client has asked for that; before, it does nothing. */
export class Resumption implements Docking {
  readonly owner: string;
  readonly #options: ResumptionOptions & Listed;
  readonly #saver: Saver;
  readonly #timers = new Map<'grace' | 'expiring' | 'leaving', () => void>();
  #hosting: Hosting<Input> | null = null;
  #session: Session | null = null;
  #isOn = false;
  /** Under which it is written down. */
  #epoch = 0;
  /** What the update asks that the session takes just now. */
  #asked: boolean | null = null;
  #connection: number;
  #oldest: number;
  #handle: string | null = null;
  /** How the client that is being greeted finds its session; null for one that is new. */
  #found: FoundSession | null;
  #isGreeting = true;
  /** Ends the session where it is, once nothing runs in it any more; null while it stays. */
  #leave: (() => void) | null = null;
  #stage: 'here' | 'departing' | 'gone' = 'here';
  #departure: Promise<void> = Promise.resolve();
  /** It has ended here. */
  readonly #over: Promise<void>;
  #end = (): void => {};
  /** Its time without a connection is over: whoever comes later is told of everything again. */
  #wasLeft = false;

  constructor(options: ResumptionOptions & Listed) {
    this.#options = options;
    this.owner = options.owner;
    const { claimed, clock, turns, keepMs, log } = options;
    this.#connection = claimed?.connection ?? 1;
    this.#oldest = claimed?.oldest ?? 1;
    this.#found = claimed === undefined ? null : { how: claimed.how, dropped: 0 };
    this.#saver = new Saver({
      clock,
      later: (run, bytes) => turns.later(run, bytes > longFrame ? 'long' : 'work'),
      write: () => this.#write(),
      saved: () => this.#tell(),
      fenced: () => this.moved(),
      failed: (cause) => log.warn('a session could not be written down', { err: cause }),
      refreshMs: keepMs / 2,
    });
    this.#over = new Promise((resolve) => {
      this.#end = resolve;
    });
    if (options.asks) this.#begin();
  }

  get sessionId(): string {
    return this.#session?.config.id ?? '';
  }

  get conversationId(): string {
    return this.#session?.conversation.id ?? '';
  }

  /** The number of the newest connection. */
  get connection(): number {
    return this.#connection;
  }

  /**
   * The number of the oldest connection whose handles are good: a client may lose a connection before it has its handle, so
   * that it is one before the newest until something has been heard on that.
   */
  get oldest(): number {
    return this.#oldest;
  }

  /** It can't be put on another connection, but leaves to be taken up anew. */
  get isCall(): boolean {
    return this.#options.isCall === true;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** It is being written down for the last time here: it can be taken up once it has departed. */
  get isDeparting(): boolean {
    return this.#stage !== 'here';
  }

  /** Resolves once it has. */
  get departed(): Promise<void> {
    return this.#departure;
  }

  get bytes(): number {
    return this.#options.line.keptBytes;
  }

  watching(step: Parameters<Docking['watching']>[0]): ReturnType<Docking['watching']> {
    return (session, input) => {
      // What is written down for the last time is what the client has been told: nothing changes any more.
      if (this.#stage !== 'here' && input.from !== 'wire') return [session, []];
      this.#asked = input.from === 'client' ? asksToResume(input.event) : null;
      const taken = step(session, input);
      this.#session = taken[0];
      return taken;
    };
  }

  over(hosting: Hosting<Input>): Hosting<Input> {
    this.#hosting = hosting;
    return {
      ...hosting,
      send: (event, text) => this.#send(hosting, event, text),
      retell: (text) => this.#options.line.greeting(() => hosting.retell(text)),
    };
  }

  /** The session's client is back on this wire, and has seen all up to the frame `after`; null where it does not say. */
  takeUp(wire: Wire, after: string | null): void {
    const { line } = this.#options;
    this.#connection += 1;
    this.#handle = null;
    for (const timer of ['grace', 'leaving'] as const) this.#disarm(timer);
    this.#leave = null;
    const seen = this.#wasLeft ? null : after;
    this.#wasLeft = false;
    line.takeOver(wire, seen, (taken) => this.#greet(taken));
    this.#tell();
    this.#saver.changed();
  }

  /** Has the session written down anew, at once; it ends here where another has it. */
  writeDown(): void {
    this.#saver.anew();
  }

  /** Another node, or connection, has taken the session up from what was written down of it. */
  moved(): void {
    if (this.#stage === 'gone') return;
    this.#options.log.warn('the session was taken up elsewhere');
    this.#stage = 'gone';
    this.#options.line.cut(movedCloseCode, 'moved');
  }

  /** The server goes down: the client is told, and the session is left to be taken up elsewhere once nothing runs in it. */
  drain(): void {
    this.#tellEnding('draining', leaveMs);
    this.#leaveBy(() => this.#options.line.cut(movedCloseCode, 'service restart'));
  }

  /** The session leaves as it is now, to be claimed by whoever asks for this. Resolves once it has ended here. */
  async handOver(): Promise<void> {
    this.#leaveNow(() => this.#options.line.cut(movedCloseCode, 'resumed elsewhere'));
    await this.#departure;
    await this.#over;
  }

  /** The session has ended. What is written down of it is forgotten, unless it was left to be taken up. */
  async ended(): Promise<void> {
    const { listed } = this.#options;
    const isLeft = this.#stage === 'gone';
    this.#stage = 'gone';
    for (const timer of this.#timers.keys()) this.#disarm(timer);
    listed(this, false);
    await this.#saver.stop();
    this.#end();
    if (this.#isOn && !isLeft) await this.#drop();
  }

  #begin(): void {
    const { line, graceMs, listed, claimed, snapshots } = this.#options;
    this.#isOn = true;
    this.#epoch = Math.max(claimed?.epoch ?? snapshots.begin(), this.#epoch + 1);
    const owner = { lost: () => this.#lost(), heard: () => void (this.#oldest = this.#connection) };
    line.keep({ maxBytes: ringBytes, keepMs: Math.max(ringMs, graceMs) }, owner);
    listed(this, true);
  }

  /** The client does not want it any more: nobody is to go on with what was written down. */
  #stop(): void {
    const { line, listed } = this.#options;
    this.#isOn = false;
    this.#disarm('expiring');
    line.forget();
    listed(this, false);
    void this.#drop();
  }

  /** Never rejects. */
  async #drop(): Promise<void> {
    const { snapshots, log } = this.#options;
    await snapshots.drop(this.sessionId, this.#epoch).catch((cause: unknown) => {
      log.warn('what was written down of a session could not be forgotten', { err: cause });
    });
  }

  #send(hosting: Hosting<Input>, event: WireEvent, text: Written): void {
    if (shows(event, 'session.updated')) return this.#sendUpdated(hosting, event, text);
    if (!this.#isOn) return hosting.send(event, text);
    if (shows(event, 'session.created') && this.#isGreeting) return this.#sendGreeting(hosting, event);
    hosting.send(event, text);
    if (makesNews(event.type)) this.#saver.changed();
    if (this.#leave !== null) this.#options.turns.later(() => hosting.defer(() => this.#review()));
  }

  #sendUpdated(hosting: Hosting<Input>, event: ServerEventMap['session.updated'], text: Written): void {
    if (this.#asked === true && !this.#isOn) this.#begin();
    if (this.#asked === false && this.#isOn) this.#stop();
    if (!this.#isOn) return hosting.send(event, text);
    this.#sendShown(hosting, event);
    this.#saver.changed();
  }

  #sendGreeting(hosting: Hosting<Input>, event: ServerEventMap['session.created']): void {
    const found = this.#found;
    this.#isGreeting = false;
    this.#found = null;
    this.#options.line.greeting(() => this.#sendShown(hosting, event, found));
    this.#saver.changed();
  }

  #sendShown(hosting: Hosting<Input>, event: Shown, found: FoundSession | null = null): void {
    const resumption = {
      enabled: true,
      handle: this.#issued(),
      expires_in: Math.floor(this.#options.keepMs / 1000),
      ...(found === null ? {} : { resumed: found.how }),
      ...(found === null || found.dropped === 0 ? {} : { dropped_audio_deltas: found.dropped }),
    };
    const shown = { ...event, session: { ...event.session, resumption } };
    hosting.send(shown, serializeServerEvent(shown));
    this.#warnBefore(event.session.expires_at);
  }

  #issued(): string {
    const { handles, node } = this.#options;
    const facts = { node, sessionId: this.sessionId, connection: this.#connection };
    this.#handle ??= handles.issue(facts, this.owner);
    return this.#handle;
  }

  #greet({ isKnown, dropped }: TakenOver): void {
    const { clock, renews } = this.#options;
    this.#found = isKnown ? { how: 'continued', dropped } : { how: 'restored', dropped: 0 };
    this.#isGreeting = true;
    // What the old connection has brought and was not taken was not acknowledged: the client sends it again.
    this.#hosting?.forgetWaiting();
    this.#hosting?.feed({ at: clock.now(), from: 'server', say: 'returned', retells: !isKnown, renews });
  }

  /** All that came before is kept. */
  #tell(): void {
    const session = this.#session;
    if (!this.#isOn || session === null || session.phase === 'closed') return;
    const heardMs = ticksToMs(session.buffer.endTick);
    this.#say(resumptionUpdated(newEventId(), this.#issued(), heardMs));
  }

  #tellEnding(reason: ServerEventMap['session.ending']['reason'], leftMs: number): void {
    this.#say(sessionEnding(newEventId(), reason, Math.max(0, leftMs), this.#issued()));
  }

  #say(event: ServerEventMap['session.resumption.updated' | 'session.ending']): void {
    this.#hosting?.send(event, serializeServerEvent(event));
  }

  #warnBefore(expiresAt = 0): void {
    if (expiresAt === 0) return;
    const { clock } = this.#options;
    const leftMs = (): number => expiresAt * 1000 - clock.now();
    this.#arm('expiring', leftMs() - expiringMs, () => this.#tellEnding('expiring', leftMs()));
  }

  #lost(): boolean {
    const { graceMs, log } = this.#options;
    if (!this.#isOn || this.#session === null || this.#session.phase === 'closed') return false;
    if (this.isCall) {
      this.#leaveNow(() => this.#options.line.cut(leftCode, 'left'));
      return true;
    }
    log.info('connection lost, and the session waits for another', { for_ms: graceMs });
    this.#saver.changed();
    this.#arm('grace', graceMs, () => {
      this.#wasLeft = true;
      this.#leaveBy(() => this.#options.line.cut(leftCode, 'left'));
    });
    return true;
  }

  #leaveBy(leave: () => void): void {
    if (this.#leave !== null) return;
    this.#leave = leave;
    this.#arm('leaving', leaveMs, () => this.#depart());
    this.#review();
  }

  #leaveNow(leave: () => void): void {
    this.#leave ??= leave;
    this.#depart();
  }

  #review(): void {
    if (this.#session !== null && isQuiet(this.#session)) this.#depart();
  }

  #depart(): void {
    const leave = this.#leave;
    if (leave === null || this.#stage !== 'here') return;
    this.#stage = 'departing';
    this.#disarm('leaving');
    this.#departure = this.#departAs(leave);
  }

  async #departAs(leave: () => void): Promise<void> {
    await this.#saver.flush();
    this.#stage = 'gone';
    leave();
  }

  async #write(): Promise<Writing> {
    const { snapshots, key, keepMs, modelName, holder } = this.#options;
    const session = this.#session;
    if (!this.#isOn || session === null || session.phase === 'closed') return { bytes: 0, is: 'kept' };
    const bytes = seal(key, session.config.id, {
      snapshot: snapshot(session),
      secrets: secretsIn(session),
      owner: this.owner,
      modelName,
      holder,
      connection: this.#connection,
      oldest: this.#oldest,
      isWhole: this.#stage === 'departing' && isQuiet(session),
    });
    return { bytes: bytes.length, is: await snapshots.save(session.config.id, this.#epoch, bytes, keepMs) };
  }

  #arm(timer: 'grace' | 'expiring' | 'leaving', ms: number, run: () => void): void {
    this.#disarm(timer);
    this.#timers.set(timer, this.#options.clock.after(Math.max(0, ms), run));
  }

  #disarm(timer: 'grace' | 'expiring' | 'leaving'): void {
    this.#timers.get(timer)?.();
    this.#timers.delete(timer);
  }
}
