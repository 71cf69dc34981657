import type { Input as RealtimeInput } from '../../core/input.ts';
import type { VoiceQueue } from '../../engines/contract.ts';
import type { Item } from '../../protocol/types.ts';
import type { Wire } from '../../wire/wire.ts';
import { refusals } from '../admission/refusal.ts';
import type { Clock } from '../clock.ts';
import type { SessionLimits } from '../limits.ts';
import type { SessionLog } from '../log.ts';
import type { Meter } from '../metering/meter.ts';
import { blindWatch, type SessionFacts, type SessionWatch, type Watch } from '../observability/observation/observer.ts';
import { type Observing, observing } from '../observability/observation/observing.ts';
import type { Hint, SoundEvent, WireEvent } from '../observability/observation/wire-event.ts';
import { type AnyInput, type Books, keepBooks, withinTotal } from './bounded-feed.ts';
import { refuseBinary } from './client-frame.ts';
import { noAccount, type OpenAccount } from './held-bytes.ts';
import { longFrame } from './inbox.ts';
import { createRunner, type Runner, type StepOf } from './runner.ts';
import { endlessTurns, type Turns } from './turns.ts';
import { type Attached, Wires } from './wires.ts';
import type { Written } from './written.ts';

/** What a session of any kind is opened with. */
export interface HostOptions {
  /** The session's own wire: with its end the session ends. */
  readonly wire: Wire;
  readonly clock: Clock;
  readonly limits: SessionLimits;
  /** Names in the session's id the node that holds it. Default: none does. */
  readonly nodeName?: string;
  /** Where it is written down what happens to it. */
  readonly log: SessionLog;
  /** Where what the session holds is counted. Default: nowhere. */
  readonly openAccount?: OpenAccount;
  /** Counts what the session uses, and knows what it may use. Default: nothing is counted or bounded. */
  readonly meter?: Meter;
  /** Told of what happens in the session. Default: nobody. */
  readonly watch?: Watch;
  /** The turns of the event loop, shared with other sessions. Default: the session does at once what it has to do. */
  readonly turns?: Turns;
  /** Where its voices wait for their turn. Default: they all speak at once. */
  readonly voices?: VoiceQueue;
}

/** What happens to a session of any kind, and is told it by its host. */
export type FromHost = Extract<
  RealtimeInput,
  { say: 'joined' | 'drain' | 'slow_reader' | 'exhausted' } | { from: 'refusal' | 'wire' }
>;

/** What is particular to one kind of session. */
export interface Kind<Session, Input, Effect> {
  readonly facts: Pick<SessionFacts, 'id' | 'kind' | 'model'>;
  /** The session before its first input, and that input. */
  readonly first: Session;
  readonly opening: Input;
  readonly step: StepOf<Session, Input | FromHost, Effect>;
  /** A client's text frame as an input; what is wrong with it is one too. Never throws. */
  read(text: string, at: number): Input | FromHost;
  /** The item that a client asks to see, where it takes milliseconds to be written; else null. Default: there is none. */
  longShown?(input: Input | FromHost, session: Session): Item | null;
  /** Bytes that the session holds, without its sound. */
  sizeOf(session: Session): number;
  performer(hosting: Hosting<Input | FromHost>): Performer<Effect>;
  /** What an input has led to that no event tells, for whoever watches. */
  hint?(input: Input | FromHost, after: Session): Hint | null;
}

/** What a session's host does for whoever carries out its effects. */
export interface Hosting<Input> {
  feed(input: Input): void;
  /** Runs a task when no input waits, the newest first (`runner.ts`). */
  defer(task: () => void): void;
  /** Sends an event, written as `text`, to every wire; an error, or a greeting, only to the one that it answers. */
  send(event: WireEvent, text: Written): void;
  /** Sends a frame that tells again what was told before: to every wire, and unseen by whoever watches. */
  retell(text: Written): void;
  /** Tells whoever watches what no event does, and of sound that goes by no wire. */
  hint(hint: Hint | SoundEvent): void;
  /** Frames of the session's own wire that wait to be taken never are. */
  forgetWaiting(): void;
  /** Closes every wire after what was sent before. */
  close(code: number, reason: string): void;
  /** Null while every reader keeps up; else calls back once it has caught up. */
  congestion(): ((resume: () => void) => void) | null;
  /** Whether so many bytes more are within the bound of all sessions. */
  fits(more: number): boolean;
}

/** Carries out what a session wants done. Never throws: what fails comes back as an input. */
export interface Performer<Effect> {
  perform(effect: Effect): void;
  /** Does ahead what the effects of a long input will need, in steps of less than a millisecond; `shown`: the long item that it asks to see. Default: nothing. */
  prepare?(input: AnyInput, shown: Item | null): Iterator<void>;
  /** Memory that the session's sound takes. */
  readonly soundBytes: number;
  /** Forgets sound that the session can do without. */
  shed(): void;
  /** Stops everything under way and frees what the session held. */
  stop(): void;
}

/** A running session. */
export interface SessionHandle {
  readonly id: string;
  /**
   * Joins another wire, whose peer is greeted with a `session.created` of its own that shows the session as it is, then
   * told all that the others are told, but for the mistakes of others, and is heard as they are. It leaves by closing,
   * and the session goes on; the session's end closes it.
   */
  attach(wire: Wire): void;
  /** No new responses; the session closes with 1001 when the running ones have ended or their grace is over. Default 5 s. */
  drain(graceMs?: number): void;
  /** Resolves once the session's own wire is closed and nothing runs for it any more. */
  readonly ended: Promise<void>;
}

/** Runs a session on its wire: the first event is sent at once, then the client is heard. */
export function host<Session, Input extends AnyInput, Effect>(
  options: HostOptions,
  kind: Kind<Session, Input, Effect>,
): SessionHandle {
  const hosted = new Host(options, kind);
  return {
    id: kind.facts.id,
    attach: (wire) => hosted.attach(wire),
    drain: (graceMs) => hosted.drain(graceMs),
    ended: hosted.ended,
  };
}

const blind: Watch = () => blindWatch;

/** Events for the one wire that caused them; those that none has caused are for all. */
const answers: ReadonlySet<string> = new Set(['error', 'session.created']);

/** With what a wire is closed whose session has ended on another. */
const overCode = 1000;

/** An input on its way to the session. */
interface Sent<Input> {
  readonly input: Input;
  /** The wire that brought it; null where it came by none. */
  readonly by: Attached | null;
}

class Host<Session, Input extends AnyInput, Effect> {
  readonly ended: Promise<void>;
  readonly #options: HostOptions;
  readonly #kind: Kind<Session, Input, Effect>;
  readonly #wires: Wires;
  readonly #own: Attached;
  readonly #watch: SessionWatch;
  readonly #observing: Observing;
  readonly #runner: Runner<Session, Sent<Input | FromHost>>;
  readonly #performer: Performer<Effect>;
  readonly #books: Books;
  /** Whose event the session takes, null while it takes what came by no wire; and when it came. */
  #answered: Attached | null = null;
  #at = 0;
  #hasStopped = false;

  constructor(options: HostOptions, kind: Kind<Session, Input, Effect>) {
    this.#options = options;
    this.#kind = kind;
    const { wire, clock, limits, turns = endlessTurns, watch = blind, openAccount = noAccount } = options;
    this.#watch = watch({ ...kind.facts, at: clock.now(), wire });
    this.#observing = observing(this.#watch);
    const sizeOf = (): number => kind.sizeOf(this.#runner.session) + this.#performer.soundBytes;
    this.#books = keepBooks(openAccount, sizeOf, () => this.#performer.shed());
    this.#runner = createRunner<Session, Sent<Input | FromHost>, Effect>({
      step: (session, sent) => this.#step(session, sent),
      first: kind.first,
      perform: this.#books.counted((effect) => this.#performer.perform(effect)),
      settled: ({ input }, after) => this.#settled(input, after),
      crashed: (cause) => this.#crashed(cause),
      turns,
      gotOn: () => this.#wires.goOn(),
    });
    this.#wires = new Wires({
      clock,
      turns,
      unreadBytes: limits.unsentBytes,
      backlog: () => this.#runner.backlog,
    });
    this.#own = this.#wires.add(wire, () => this.#feed({ at: clock.now(), from: 'server', say: 'slow_reader' }));
    this.#performer = kind.performer(this.#hosting());
    this.ended = new Promise((resolve) => this.#begin(resolve));
  }

  attach(wire: Wire): void {
    const attached = this.#wires.add(wire);
    this.#feed({ at: this.#options.clock.now(), from: 'server', say: 'joined' }, attached);
    this.#open(attached, () => this.#wires.remove(attached));
    if (this.#hasStopped) wire.close(overCode, '');
  }

  drain(graceMs?: number): void {
    const drain = { at: this.#options.clock.now(), from: 'server', say: 'drain' } as const;
    this.#feed(graceMs === undefined ? drain : { ...drain, graceMs });
  }

  #begin(over: () => void): void {
    const { clock, log } = this.#options;
    this.#feed(this.#kind.opening);
    this.#open(this.#own, (code, reason) => {
      this.#feed({ at: clock.now(), from: 'wire', say: 'closed' });
      this.#stop();
      this.#wires.close(overCode, '');
      this.#watch.closed(clock.now(), code);
      log.info('session closed', { code, reason });
      over();
    });
  }

  #open(attached: Attached, closed: (code: number, reason: string) => void): void {
    const { clock } = this.#options;
    this.#wires.open(attached, {
      frame: (text) => {
        const { inbox } = attached;
        const { era } = inbox;
        const input = this.#kind.read(text, clock.now());
        const take = (): void => (inbox.era === era ? this.#take(input, text.length, attached) : undefined);
        const shown = this.#kind.longShown?.(input, this.#runner.session) ?? null;
        if (text.length > longFrame || shown !== null) this.#takeLong(take, this.#performer.prepare?.(input, shown));
        else take();
      },
      binary: () => this.#feed(refuseBinary(clock.now()), attached),
      closed: ({ code, reason }) => closed(code, reason),
    });
  }

  /** What takes long is taken in a turn of its own, after what can be done ahead of it. */
  #takeLong(take: () => void, ahead: Iterator<void> | undefined): void {
    if (ahead === undefined) return this.#runner.defer(take, true);
    this.#runner.defer(() => {
      const isDone = this.#hasStopped || ahead.next().done === true;
      this.#takeLong(take, isDone ? undefined : ahead);
    });
  }

  /** What a wire has brought, in a frame of so many characters. */
  #take(read: Input | FromHost, frameLength: number, by: Attached): void {
    if (this.#hasStopped) return;
    const input = withinTotal({ ...read, at: this.#options.clock.now() }, frameLength, this.#books);
    // Of what clients send, an observation wants the length of the sound alone.
    if (input.from === 'microphone') {
      this.#observing.see(input.at, { type: 'input_audio_buffer.append', bytes: input.audio.byteLength });
    }
    this.#feed(input, by);
  }

  #hosting(): Hosting<Input | FromHost> {
    return {
      feed: (input) => this.#feed(input),
      defer: this.#runner.defer,
      send: (event, text) => {
        this.#observing.see(this.#at, event);
        this.#wires.send(text, answers.has(event.type) ? this.#answered : null);
      },
      retell: (text) => this.#wires.send(text, null),
      hint: (hint) => this.#observing.see(this.#at, hint),
      forgetWaiting: () => this.#own.inbox.forget(),
      close: (code, reason) => this.#wires.close(code, reason),
      congestion: this.#wires.congestion,
      fits: this.#books.fits,
    };
  }

  #step(session: Session, { input, by }: Sent<Input | FromHost>): ReturnType<Kind<Session, Input, Effect>['step']> {
    this.#answered = by;
    this.#at = input.at;
    return this.#kind.step(session, input);
  }

  #settled(input: Input | FromHost, after: Session): void {
    const hint = this.#kind.hint?.(input, after) ?? null;
    if (hint !== null) this.#observing.see(input.at, hint);
  }

  #feed(input: Input | FromHost, by: Attached | null = null): void {
    this.#runner.feed({ input, by });
  }

  #stop(): void {
    if (this.#hasStopped) return;
    this.#hasStopped = true;
    this.#performer.stop();
    this.#wires.stop();
    this.#books.close();
  }

  #crashed(cause: unknown): void {
    this.#options.log.error('session crashed', { err: cause });
    this.#wires.end(refusals.internal(this.#kind.facts.id));
    this.#stop();
  }
}
