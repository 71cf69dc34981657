import type { TakeFrame } from '../take/reader.ts';
import { type Played, playClient } from '../take/replay/play-client.ts';
import type { Wire, WireClosed, WireListener } from '../wire/wire.ts';
import type { LoadClock } from './clock.ts';
import type { SessionPlan } from './plan.ts';
import { Playhead } from './playhead.ts';
import { deltaMs } from './sound.ts';
import type { TakeScript } from './take-script.ts';
import type { Tally } from './tally.ts';
import { errorCode, responseOf, statusOf, toldBy } from './told.ts';
import { Turn } from './turn.ts';

export interface TakeSessionOptions {
  readonly wire: Wire;
  readonly clock: LoadClock;
  readonly tally: Tally;
  readonly plan: SessionPlan;
  readonly script: TakeScript;
}

/** Plays the client's part of a take in one session, and measures how long answers take. Resolves when it is closed. */
export async function playTake(options: TakeSessionOptions): Promise<void> {
  await new TakeSession(options).run();
}

class TakeSession {
  readonly #options: TakeSessionOptions;
  readonly #playhead = new Playhead();
  readonly #errors: Map<string, number>;
  /** Turns that nothing has answered yet, the earliest first. */
  readonly #waiting: Turn[] = [];
  /** Turns by the responses that answer them. */
  readonly #answers = new Map<string, Turn>();
  /** The one whose answer has begun last. */
  #answered: Turn | null = null;
  #isCreated = false;
  /** Closed from here. */
  #isClosing = false;
  /** Since the time was over. */
  #isCut = false;
  /** The server has closed, though nothing was over. */
  #isLost = false;

  constructor(options: TakeSessionOptions) {
    this.#options = options;
    this.#errors = new Map(options.script.errors);
  }

  async run(): Promise<void> {
    const { wire, clock, tally, plan, script } = this.#options;
    const cancelEnd = clock.after(Math.max(0, plan.endAt - clock.now()), () => this.#cut());
    const played = await playClient({
      take: script.take,
      wire: this.#watched(wire),
      clock,
      speed: 1,
      timeoutMs: plan.answerMs,
      sending: (frame, plannedAt) => this.#sending(frame, plannedAt),
    });
    cancelEnd();
    this.#over(played);
    tally.starvedMs += this.#playhead.starvedMs;
    tally.playedMs += this.#playhead.playedMs;
  }

  /** The same wire, with what comes on it measured. */
  #watched(wire: Wire): Wire {
    return {
      get pendingBytes() {
        return wire.pendingBytes;
      },
      open: (listener: WireListener) =>
        wire.open({
          ...listener,
          frame: (frame) => {
            this.#heard(frame);
            listener.frame(frame);
          },
          closed: (why) => {
            this.#closed(why);
            listener.closed(why);
          },
        }),
      send: (text) => wire.send(text),
      close: () => this.#close(),
    };
  }

  #sending(frame: TakeFrame, plannedAt: number): void {
    const { clock, tally, script } = this.#options;
    if (this.#isClosing) return;
    tally.lag.record(clock.now() - plannedAt);
    const laterMs = script.turnEnds.get(frame);
    if (laterMs !== undefined) this.#waiting.push(new Turn(plannedAt + laterMs, false, tally));
  }

  #heard(frame: string): void {
    const at = this.#options.clock.now();
    switch (toldBy(frame)) {
      case 'created':
        return this.#created(at);
      case 'error':
        return this.#failed(errorCode(frame));
      case 'stopped':
        return void this.#waiting[0]?.came('speech_stopped', at);
      case 'response':
        return this.#began(responseOf(frame), at);
      case 'sound':
        this.#playhead.came(at, deltaMs(frame, this.#options.script.out));
        return void this.#answered?.came('first_audio', at);
      case 'words':
        return void this.#answered?.came('first_text', at);
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
  }

  #began(id: string, at: number): void {
    const turn = this.#waiting[0];
    if (turn?.came('response_created', at) !== true) return;
    this.#waiting.shift();
    this.#answers.set(id, turn);
    this.#answered = turn;
  }

  /** An answer that is cut off, as some are in takes, is an answer. */
  #done(frame: string, at: number): void {
    const { tally } = this.#options;
    this.#playhead.ended();
    const id = responseOf(frame);
    const turn = this.#answers.get(id);
    if (turn === undefined) return;
    this.#answers.delete(id);
    const status = statusOf(frame);
    if (status === 'completed') turn.came('done', at);
    if (status === 'completed' || status === 'cancelled') tally.answered += 1;
    else tally.error(`response_${status}`);
    if (this.#answered === turn) this.#answered = null;
  }

  /** Errors that the recorded server told of, too, are none. */
  #failed(code: string): void {
    const left = this.#errors.get(code) ?? 0;
    if (left > 0) this.#errors.set(code, left - 1);
    else this.#options.tally.error(code);
  }

  #over({ missing }: Played): void {
    const { tally } = this.#options;
    if (missing === null || this.#isCut || this.#isLost) return;
    tally.error(this.#isCreated ? 'no_answer' : 'no_session');
  }

  /** The time is over: turns that nobody had the time to answer were none. */
  #cut(): void {
    this.#isCut = true;
    this.#options.tally.begun -= this.#waiting.length + this.#answers.size;
    this.#waiting.length = 0;
    this.#answers.clear();
    this.#close();
  }

  #close(): void {
    this.#isClosing = true;
    this.#options.wire.close(1000, '');
  }

  #closed({ code }: WireClosed): void {
    const { tally, script } = this.#options;
    const last = script.take.entries.at(-1);
    const isRecorded = last?.is === 'closed' && last.closed.by === 'server' && last.closed.code === code;
    this.#isLost = !this.#isClosing;
    if (this.#isLost && !isRecorded) tally.closed(code);
  }
}
