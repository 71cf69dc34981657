import type { Wire, WireClosed } from '../wire/wire.ts';
import type { LoadClock } from './clock.ts';
import type { SessionPlan } from './plan.ts';
import { Playhead } from './playhead.ts';
import { deltaMs, frameMs, type Sound } from './sound.ts';
import type { Tally } from './tally.ts';
import { errorCode, itemOf, statusOf, toldBy } from './told.ts';
import { Turn } from './turn.ts';

export interface LoadSessionOptions {
  readonly wire: Wire;
  readonly clock: LoadClock;
  readonly tally: Tally;
  readonly plan: SessionPlan;
  readonly sound: Sound;
}

/** How long users of `barge` listen before they speak over the answer, in milliseconds. */
const listenMs = 1000;
/** A server that leaves so many bytes unread is given up. */
const unreadBytes = 4_000_000;

const typed = [
  {
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'What is the answer?' }] },
  },
  { type: 'response.create', response: { output_modalities: ['text'] } },
].map((event) => JSON.stringify(event));

/** One session under load: a user who speaks or types by plan, whether the server is on time or not. */
export class LoadSession {
  /** Resolves when the connection is closed. */
  readonly ended: Promise<void>;
  readonly #options: LoadSessionOptions;
  readonly #playhead = new Playhead();
  readonly #end: () => void;
  #turn: Turn | null = null;
  /** When the next turn is to begin. */
  #dueAt: number;
  /** Since when no answer is waited for. */
  #freeAt = 0;
  /** The next frame of the turn that is being spoken; null while nobody speaks. */
  #spoken: number | null = null;
  /** When the next frame of sound is to be sent. */
  #frameAt: number;
  /** When an answer is to be spoken over. */
  #bargeAt: number | null = null;
  /** When an answer was to be spoken over that has not ended since. */
  #bargedAt: number | null = null;
  /** The answer that is heard: its item and, once it was spoken over, that no more of it is played. */
  #heardItem = '';
  #isMuted = false;
  /** All of it has come. */
  #isSent = false;
  #isCreated = false;
  #isClosing = false;
  #cancelPace = (): void => {};
  #cancelWait = (): void => {};

  constructor(options: LoadSessionOptions) {
    const { wire, plan } = options;
    this.#options = options;
    this.#dueAt = plan.shape === 'idle' ? plan.endAt : plan.firstTurnAt;
    this.#frameAt = plan.startAt;
    const { promise, resolve } = openPromise();
    this.ended = promise;
    this.#end = resolve;
    this.#waitUntil(plan.startAt + plan.answerMs, 'no_session');
    wire.open({
      frame: (frame) => this.#heard(frame),
      binary: () => {},
      drained: () => {},
      closed: (why) => this.#closed(why),
    });
  }

  #heard(frame: string): void {
    const at = this.#options.clock.now();
    const turn = this.#turn;
    switch (toldBy(frame)) {
      case 'created':
        return this.#created(at);
      case 'error':
        return this.#failed(errorCode(frame));
      case 'started':
        return this.#silenced(at);
      case 'stopped':
        return void turn?.came('speech_stopped', at);
      case 'response':
        if (turn?.came('response_created', at) === true) turn.isAnswered = true;
        this.#isMuted = false;
        this.#isSent = false;
        return;
      case 'sound':
        return this.#sounded(frame, at);
      case 'words':
        return void (turn?.isAnswered === true && turn.came('first_text', at));
      case 'done':
        return this.#done(frame, at);
      default:
    }
  }

  #created(at: number): void {
    const { tally, plan } = this.#options;
    if (this.#isCreated) return;
    this.#isCreated = true;
    tally.opened += 1;
    tally.latency('session_created', at - plan.startAt);
    this.#freeAt = at;
    this.#cancelWait();
    // The microphone is on from now on, on the grid that began with the session.
    this.#frameAt = this.#onGrid(at);
    this.#pace();
  }

  #sounded(frame: string, at: number): void {
    if (!this.#isMuted) this.#playhead.came(at, deltaMs(frame));
    this.#heardItem = itemOf(frame);
    const turn = this.#turn;
    if (turn?.isAnswered !== true || !turn.came('first_audio', at)) return;
    if (this.#options.plan.shape === 'barge' && !turn.speaksOver) this.#bargeAt = at + listenMs;
  }

  /** The server has heard the user over an answer: as any player does, this one falls silent, and says how much was heard. */
  #silenced(at: number): void {
    if (this.#turn?.speaksOver !== true) return;
    if (this.#isSent) this.#interrupted(at);
    if (!this.#playhead.isHeard(at)) return;
    const audio_end_ms = Math.floor(this.#playhead.heardMs(at));
    this.#playhead.stop(at);
    this.#isMuted = true;
    const truncation = { type: 'conversation.item.truncate', item_id: this.#heardItem, content_index: 0, audio_end_ms };
    this.#options.wire.send(JSON.stringify(truncation));
  }

  #interrupted(at: number): void {
    const { tally } = this.#options;
    if (this.#bargedAt === null) return;
    tally.latency('interrupted', at - this.#bargedAt);
    this.#bargedAt = null;
  }

  #done(frame: string, at: number): void {
    const { tally } = this.#options;
    this.#playhead.ended();
    if (this.#bargedAt !== null && !this.#isSent) {
      this.#interrupted(at);
      tally.answered += 1;
    }
    this.#isSent = true;
    const turn = this.#turn;
    if (turn?.isAnswered !== true) return;
    const status = statusOf(frame);
    if (status === 'completed') {
      turn.came('done', at);
      tally.answered += 1;
    } else tally.error(`response_${status}`);
    // What came faster than it is heard can be spoken over still.
    const bargeAt = this.#bargeAt !== null && this.#playhead.isHeard(this.#bargeAt) ? this.#bargeAt : null;
    this.#turnOver();
    this.#bargeAt = bargeAt;
  }

  #failed(code: string): void {
    this.#options.tally.error(code);
    // What was refused is never answered.
    if (this.#turn?.isAnswered === false && this.#spoken === null) this.#turnOver();
  }

  #turnOver(): void {
    this.#turn = null;
    this.#freeAt = this.#options.clock.now();
    this.#bargeAt = null;
    this.#cancelWait();
    this.#cancelPace();
    this.#cancelPace = this.#options.clock.after(0, () => this.#pace());
  }

  /** Does what is due, and comes back when the next is. */
  #pace(): void {
    if (this.#isClosing || !this.#isCreated) return;
    const { clock, plan, wire } = this.#options;
    if (wire.pendingBytes > unreadBytes) return this.#giveUp('unread');
    if (this.#turn === null && clock.now() >= plan.endAt) return this.#finish();
    const nextAt = plan.shape === 'voice' || plan.shape === 'barge' ? this.#speak() : this.#type();
    this.#cancelPace(); // where an answer has come meanwhile
    if (this.#isClosing) return;
    this.#cancelPace = clock.after(Math.max(0, nextAt - clock.now()), () => this.#pace());
  }

  /** Sends all sound that is due. Gives when the next is. */
  #speak(): number {
    const { clock, wire, tally, sound } = this.#options;
    for (; this.#frameAt <= clock.now(); this.#frameAt += frameMs) {
      this.#beginSpeech(this.#frameAt);
      const said = this.#spoken === null ? undefined : sound.speech[this.#spoken++];
      wire.send(said ?? sound.silence);
      tally.lag.record(clock.now() - this.#frameAt);
      if (this.#spoken === sound.speech.length) this.#spoken = null;
    }
    return this.#frameAt;
  }

  /** The user begins to speak where a turn is due and the one before is answered, or an answer is to be spoken over. */
  #beginSpeech(at: number): void {
    const { plan, sound } = this.#options;
    // A frame holds what was said before it is sent.
    const speechMs = (sound.speech.length - 1) * frameMs;
    if (this.#bargeAt !== null && this.#bargeAt <= at) {
      this.#bargeAt = null;
      this.#bargedAt = at;
      this.#begin(at + speechMs, true);
    } else if (this.#turn === null && this.#bargeAt === null && this.#dueAt <= at && this.#dueAt < plan.endAt) {
      this.#begin(this.#onGrid(this.#dueAt) + speechMs);
      this.#dueAt += plan.turnEveryMs;
    } else return;
    this.#spoken = 0;
  }

  /** When the first frame is to be sent from a moment on. */
  #onGrid(at: number): number {
    const { startAt } = this.#options.plan;
    return startAt + Math.ceil((at - startAt) / frameMs) * frameMs;
  }

  #type(): number {
    const { clock, wire, tally, plan } = this.#options;
    const now = clock.now();
    if (this.#turn !== null) return now + plan.answerMs; // its end will call
    if (this.#dueAt > now || this.#dueAt >= plan.endAt) return Math.min(this.#dueAt, plan.endAt);
    tally.lag.record(now - Math.max(this.#dueAt, this.#freeAt));
    this.#begin(this.#dueAt);
    this.#dueAt += plan.turnEveryMs;
    for (const frame of typed) wire.send(frame);
    return this.#turn === null ? now : now + plan.answerMs;
  }

  #begin(endAt: number, speaksOver = false): void {
    const { clock, plan, tally } = this.#options;
    this.#turn = new Turn(endAt, speaksOver, tally);
    this.#waitUntil(Math.max(endAt, clock.now()) + plan.answerMs, 'no_answer');
  }

  #waitUntil(at: number, code: string): void {
    const { clock } = this.#options;
    this.#cancelWait();
    this.#cancelWait = clock.after(at - clock.now(), () => {
      if (code === 'no_session') return this.#giveUp(code);
      this.#options.tally.error(code);
      this.#turnOver();
    });
  }

  /** Turns that had no place, since answers were late, count as begun and not answered. */
  #finish(): void {
    const { plan, tally } = this.#options;
    for (; this.#dueAt < plan.endAt; this.#dueAt += plan.turnEveryMs) {
      tally.begun += 1;
      tally.error('not_begun');
    }
    this.#close();
  }

  #giveUp(code: string): void {
    this.#options.tally.error(code);
    this.#close();
  }

  #close(): void {
    this.#isClosing = true;
    this.#cancelWait();
    this.#cancelPace();
    this.#options.wire.close(1000, '');
  }

  #closed({ code }: WireClosed): void {
    const { tally } = this.#options;
    if (!this.#isClosing) tally.closed(code);
    this.#isClosing = true;
    this.#cancelWait();
    this.#cancelPace();
    tally.starvedMs += this.#playhead.starvedMs;
    tally.playedMs += this.#playhead.playedMs;
    this.#end();
  }
}

function openPromise(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => void (resolve = settle));
  return { promise, resolve };
}
