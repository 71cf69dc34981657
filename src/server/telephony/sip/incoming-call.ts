import type { SipCall, SipSound } from '../../../telephony/sip/phone.ts';
import type { Wire } from '../../../wire/wire.ts';
import type { RunningCall } from '../../calls/call.ts';
import { hungUp, type Referred } from '../../calls/directory.ts';
import type { Clock } from '../../clock.ts';
import type { SessionLog } from '../../log.ts';
import { normalCode, type PhoneCall } from '../phone-call.ts';
import { referralTo } from '../referral.ts';
import { busySeconds, retryAfter, sipReason } from './statuses.ts';

export interface IncomingCallOptions {
  readonly id: string;
  readonly owner: string;
  readonly sip: SipCall;
  readonly sound: SipSound;
  /** Whom it may be transferred to; nobody where this is empty. */
  readonly referAllow: readonly string[];
  /** How long it rings, in milliseconds. */
  readonly answerMs: number;
  readonly clock: Pick<Clock, 'after'>;
  readonly log: SessionLog;
  /** Keeps room for its session until the function that this gives is called. */
  readonly expect: () => () => void;
  /** It begins to end: nobody finds it any more. */
  readonly ending: () => void;
}

/** What a call is at: `answering` from when somebody wants to accept it until it is up, or rings on. */
export type IncomingPhase = 'ringing' | 'answering' | 'up' | 'over';

/** A call that has come by SIP. It rings until it is accepted; whoever joins it before hears of it from then on. */
export class IncomingCall implements RunningCall {
  readonly gone: Promise<void>;
  /** Nobody has to be told of it any more: it is up, or over. */
  readonly settled: AbortSignal;
  readonly #options: IncomingCallOptions;
  readonly #settling = new AbortController();
  readonly #early: Wire[] = [];
  #phase: IncomingPhase = 'ringing';
  #phone: PhoneCall | null = null;
  /** It has rung for long enough. */
  #isDue = false;
  /** Gives up the room that is kept for it. */
  #room: () => void;
  readonly #callOff: () => void;
  readonly #leave: () => void;

  constructor(options: IncomingCallOptions) {
    this.#options = options;
    this.settled = this.#settling.signal;
    let leave = (): void => {};
    this.gone = new Promise((resolve) => {
      leave = resolve;
    });
    this.#leave = leave;
    this.#room = options.expect();
    this.#callOff = options.clock.after(options.answerMs, () => this.#expire());
  }

  get id(): string {
    return this.#options.id;
  }

  get owner(): string {
    return this.#options.owner;
  }

  get phase(): IncomingPhase {
    return this.#phase;
  }

  get isRinging(): boolean {
    return this.#phase === 'ringing' || this.#phase === 'answering';
  }

  get sip(): SipCall {
    return this.#options.sip;
  }

  get sound(): SipSound {
    return this.#options.sound;
  }

  get log(): SessionLog {
    return this.#options.log;
  }

  /** Asks the other side to call somebody else; null where the call is not up. */
  get refer(): ((target: string) => Promise<Referred>) | null {
    return this.#phase === 'up' ? (target) => this.#refer(target) : null;
  }

  /** The same, as its model may do once it is up; null where nobody may be called. */
  get transfer(): ((target: string) => Promise<Referred>) | null {
    return this.#options.referAllow.length === 0 ? null : (target) => this.#refer(target);
  }

  attach(sideband: Wire): void {
    if (this.#phone !== null) return this.#phone.attach(sideband);
    if (this.#phase === 'over') return shut(sideband);
    // What it says is read once there is a session.
    sideband.pause?.();
    this.#early.push(sideband);
  }

  /** Somebody wants to accept it. False where it is not to be had any more. */
  beginAnswer(): boolean {
    if (this.#phase !== 'ringing') return false;
    this.#phase = 'answering';
    this.#room();
    return true;
  }

  /** It could not be accepted like that, and rings on. */
  ringOn(): void {
    if (this.#phase !== 'answering') return;
    this.#phase = 'ringing';
    this.#room = this.#options.expect();
    if (this.#isDue) this.#expire();
  }

  /** Its session runs: the caller is picked up. */
  answered(phone: PhoneCall): void {
    this.#phase = 'up';
    this.#phone = phone;
    this.#settle();
    void phone.gone.finally(this.#leave);
    this.#options.log.info('the call is up');
    this.#options.sip.accept();
    for (const sideband of this.#early.splice(0)) {
      sideband.resume?.();
      phone.attach(sideband);
    }
  }

  /** Turns it down; false where it does not ring any more. */
  reject(status: number): boolean {
    if (this.#phase !== 'ringing') return false;
    this.turnDown(status);
    return true;
  }

  /** Turns it down, whoever is about to accept it. `retrySeconds`: when to try again. */
  turnDown(status: number, retrySeconds?: number): void {
    if (this.#phone !== null || this.#phase === 'over') return;
    this.#options.log.info('the call is turned down', { status });
    this.#end();
    this.#options.sip.refuse(status, sipReason(status), retryAfter(retrySeconds));
  }

  hangUp(): void {
    if (this.#phone !== null) this.#phone.hangUp();
    else this.turnDown(480);
  }

  /** The server goes down. A call that is up ends with its session. */
  drain(): void {
    if (this.#phone === null) this.turnDown(503, busySeconds);
  }

  terminate(): void {
    if (this.#phone !== null) this.#phone.terminate();
    else this.turnDown(503);
  }

  /** The telephone says that it is over, or is not heard of any more. */
  ended(why: string): void {
    if (this.#phase === 'over' && this.#phone === null) return;
    this.#options.log.info('the call is over', { why });
    if (this.#phone === null) this.#end();
    else this.#phone.left();
  }

  /** Its session begins to end, or could not even be opened. */
  left(): void {
    if (this.#phone === null) return this.#end();
    this.#phase = 'over';
    this.#options.ending();
  }

  #expire(): void {
    this.#isDue = true;
    if (this.#phase === 'ringing') this.turnDown(480);
  }

  /** It ends before it was up. */
  #end(): void {
    if (this.#phase === 'over') return;
    if (this.#phase === 'ringing') this.#room();
    this.#phase = 'over';
    this.#options.ending();
    this.#settle();
    this.#options.sound.end();
    for (const sideband of this.#early.splice(0)) shut(sideband);
    this.#leave();
  }

  #settle(): void {
    this.#callOff();
    this.#settling.abort();
  }

  async #refer(target: string): Promise<Referred> {
    const { sip, referAllow } = this.#options;
    const allowed = referralTo(target, referAllow);
    if (allowed === null) return 'refused';
    return (await sip.refer(allowed)) ? 'done' : 'failed';
  }
}

/** Ends a sideband of a call that is over. */
function shut(sideband: Wire): void {
  sideband.open({ frame() {}, binary() {}, drained() {}, closed() {} });
  sideband.close(normalCode, hungUp);
}
