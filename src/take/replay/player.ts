import type { JsonObject } from '../../protocol/json.ts';
import { objectIn } from '../json-object.ts';
import type { TakeFrame } from '../reader.ts';
import { SoundFormats } from '../sound-formats.ts';
import { counts, differenceIn, type MatchMode } from './match.ts';
import { OwnIds } from './own-ids.ts';
import { type Script, type ScriptStep, samplesIn } from './script.ts';

/** What a client did that the recorded one did not. */
export interface Mismatch {
  /** Where in its event the difference is; `type` where it is another event. */
  readonly param: string;
  readonly message: string;
}

/** What a player needs done. */
export interface PlayerHands {
  now(): number;
  after(ms: number, run: () => void): () => void;
  send(text: string): void;
  /** Whether so much waits for the client that it should be left to read first. Then `goOn` is called once it has. */
  isCongested(): boolean;
  close(code: number, reason: string): void;
  mismatch(found: Mismatch): void;
}

export interface PlayerOptions {
  readonly script: Script;
  readonly match: MatchMode;
  /** Times as fast as it was recorded; Infinity: at once. */
  readonly speed: number;
  readonly hands: PlayerHands;
}

/** Sound may be so many samples short of what was recorded when its consequences come: 20 ms of PCM. */
const soundTolerance = 480;

/**
 * Plays the server's part of a take to a client. What was recorded behind an event of the client's comes when this client
 * has sent it, at the distances at which it was recorded; what sound had caused comes when as much sound has come.
 */
export class TakePlayer {
  readonly #options: PlayerOptions;
  readonly #ids = new OwnIds();
  readonly #formats = new SoundFormats();
  /** The step that is next. */
  #at = 0;
  /** The step of the next event that the client has to send. */
  #expected: number;
  #heard = 0;
  /** When the last cause happened, and when it was recorded to. */
  #anchor = { now: 0, t: 0 };
  #cancel: () => void = () => {};
  #isWaiting = false;
  #isOver = false;
  #isPlaying = false;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#expected = this.#nextExpected(0);
  }

  /** The connection is open. */
  start(): void {
    this.#anchor = { now: this.#options.hands.now(), t: 0 };
    this.#play();
  }

  /** The client has sent a frame. */
  client(text: string): void {
    if (this.#isOver) return;
    const event = objectIn(text);
    const type = typeof event?.['type'] === 'string' ? event['type'] : null;
    this.#heard += samplesIn(event, this.#formats);
    if (counts(type, this.#options.match) && !this.#meet(type, event)) return;
    this.#play();
  }

  /** The client has read what waited for it. */
  goOn(): void {
    this.#play();
  }

  /** Nothing is sent any more. */
  stop(): void {
    this.#isOver = true;
    this.#cancel();
  }

  /** Whether an event is the one that was recorded; its cause has then happened. */
  #meet(type: string | null, event: JsonObject | null): boolean {
    const { script, match } = this.#options;
    const step = script.steps[this.#expected];
    if (step?.do !== 'expect') {
      if (match === 'loose') return true;
      return this.#fail('type', `expected nothing more, got ${named(type)}`, script.take.entries.at(-1)?.line ?? 1);
    }
    const { frame } = step;
    if (step.type !== type) return this.#fail('type', `expected ${named(step.type)}, got ${named(type)}`, frame.line);
    const recorded = match === 'strict' ? objectIn(frame.text()) : frame.event();
    if (recorded !== null && event !== null) {
      const param = match === 'strict' ? this.#difference(recorded, event) : null;
      if (param !== null) return this.#fail(param, `${param} of ${named(type)} is not what was recorded`, frame.line);
      this.#ids.learn(recorded, event);
    }
    this.#expected = this.#nextExpected(this.#expected + 1);
    return true;
  }

  #difference(recorded: JsonObject, actual: JsonObject): string | null {
    // What was left out of the take can't be compared.
    if (this.#options.script.take.header.redacted.some((each) => each !== 'keys' && each !== 'audio')) return null;
    return differenceIn(recorded, actual, (before, now) => this.#ids.same(before, now));
  }

  #fail(param: string, what: string, line: number): false {
    this.#isOver = true;
    this.#cancel();
    const message = `The take did not expect this: ${what} (line ${line} of ${this.#options.script.name}).`;
    this.#options.hands.mismatch({ param, message });
    return false;
  }

  #nextExpected(from: number): number {
    const { script, match } = this.#options;
    for (let at = from; at < script.steps.length; at++) {
      const step = script.steps[at];
      if (step?.do === 'expect' && counts(step.type, match)) return at;
    }
    return script.steps.length;
  }

  /** Goes through all steps whose time has come. */
  #play(): void {
    if (this.#isPlaying || this.#isWaiting) return;
    this.#isPlaying = true;
    while (!this.#isOver && this.#advance()) {
      // Each step says whether the next is due.
    }
    this.#isPlaying = false;
  }

  #advance(): boolean {
    const step = this.#options.script.steps[this.#at];
    if (step === undefined) return false;
    if (step.do === 'expect') return this.#pass(step);
    if (step.do === 'send' && !this.#isCaused(step)) return false;
    const t = step.do === 'send' ? step.frame.t : step.t;
    if (!this.#isDue(t)) return false;
    if (step.do === 'close') return this.#close(step);
    if (this.#options.hands.isCongested()) return false;
    this.#at += 1;
    this.#send(step.frame);
    return true;
  }

  #pass(step: Extract<ScriptStep, { do: 'expect' }>): boolean {
    if (counts(step.type, this.#options.match)) {
      if (this.#at >= this.#expected) return false;
      this.#happened(step.frame.t);
    }
    this.#at += 1;
    return true;
  }

  /** Whether the sound has come that caused a frame, or the client has gone on without it. */
  #isCaused({ frame, afterSamples }: Extract<ScriptStep, { do: 'send' }>): boolean {
    if (afterSamples === 0 || this.#options.match === 'strict') return true;
    if (this.#nextExpected(this.#at) < this.#expected) return true;
    if (this.#heard + soundTolerance < afterSamples) return false;
    this.#happened(frame.t);
    return true;
  }

  #happened(t: number): void {
    this.#anchor = { now: this.#options.hands.now(), t };
  }

  #isDue(t: number): boolean {
    const { hands, speed } = this.#options;
    const waitMs = this.#anchor.now + Math.max(0, t - this.#anchor.t) / speed - hands.now();
    if (speed === Infinity || waitMs <= 0) return true;
    this.#isWaiting = true;
    this.#cancel = hands.after(waitMs, () => {
      this.#isWaiting = false;
      this.#play();
    });
    return false;
  }

  #close({ closed }: Extract<ScriptStep, { do: 'close' }>): false {
    if (closed.by === 'server') {
      this.#isOver = true;
      this.#options.hands.close(closed.code, closed.reason);
    }
    return false;
  }

  #send(frame: TakeFrame): void {
    const event = frame.event();
    if (event !== null) this.#formats.read(event);
    this.#options.hands.send(frame.text((raw) => this.#ids.translate(raw)));
  }
}

function named(type: string | null): string {
  return type ?? 'a frame that is no event';
}
