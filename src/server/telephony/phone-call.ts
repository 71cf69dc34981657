import type { CodedMedia } from '../../media/media.ts';
import type { Wire } from '../../wire/wire.ts';
import type { RunningCall } from '../calls/call.ts';
import { ChannelWire } from '../calls/channel-wire.ts';
import { hungUp, type Referred } from '../calls/directory.ts';
import type { Clock } from '../clock.ts';
import type { SessionLog } from '../log.ts';
import type { CallPackets, CountedSound } from '../observability/metrics/call-packets.ts';
import type { SessionHandle } from '../session/host.ts';
import { Desk } from './desk.ts';

/** The sound of a telephone call, which is counted where it passes. */
export type PhoneSound = CodedMedia & CountedSound;

/** With what a call is closed whose end was wanted, and one whose peer is gone: as sockets are. */
export const normalCode = 1000;
const goneCode = 1006;

/** How the session has closed its call. */
export interface PhoneClosing {
  readonly code: number;
  readonly reason: string;
}

export interface PhoneCallOptions {
  readonly id: string;
  readonly owner: string;
  readonly sound: PhoneSound;
  /** What the model is told to open with; null where the caller speaks first. */
  readonly greeting: string | null;
  /** What the model may do with the call itself; null where it is offered nothing. */
  readonly desk: { readonly transfer: ((target: string) => Promise<Referred>) | null } | null;
  readonly clock: Clock;
  readonly packets: Pick<CallPackets, 'follow'>;
  readonly log: SessionLog;
  /** Opens the session of the call; null where that fails. */
  readonly open: (wire: Wire, media: CodedMedia) => SessionHandle | null;
  /** Hangs up at the telephone's side; `left` is to follow. */
  readonly close: (closing: PhoneClosing) => void;
  /** The call begins to end: nobody finds it any more. */
  readonly ending: () => void;
}

/** What the desk says is small; nobody else sends frames on this wire. */
const frameBytes = 65_536;

/** Begins the session of a telephone call, and has it prepare its greeting. Null where it can't be opened. */
export function beginPhoneCall(options: PhoneCallOptions): PhoneCall | null {
  const call = new PhoneCall(options);
  return call.begin() ? call : null;
}

/** A telephone call with a session that runs, by whatever way its sound comes. */
export class PhoneCall implements RunningCall {
  readonly gone: Promise<void>;
  readonly #options: PhoneCallOptions;
  readonly #wire: PhoneWire;
  readonly #desk: Desk | null;
  #session: SessionHandle | null = null;
  #isOver = false;

  constructor(options: PhoneCallOptions) {
    this.#options = options;
    const { desk, log } = options;
    this.#desk =
      desk === null
        ? null
        : new Desk({
            hangUp: () => this.hangUp(),
            transfer: desk.transfer,
            say: (event) => this.#wire.frame(JSON.stringify(event)),
            log,
          });
    let leave = (): void => {};
    this.gone = new Promise((resolve) => {
      leave = resolve;
    });
    this.#wire = this.#wireOf(leave);
  }

  get id(): string {
    return this.#options.id;
  }

  get owner(): string {
    return this.#options.owner;
  }

  /** It ends, or has: nothing new begins in it. */
  get isOver(): boolean {
    return this.#isOver;
  }

  begin(): boolean {
    const { open, packets, greeting, sound } = this.#options;
    const uncount = packets.follow(sound);
    void this.gone.finally(uncount);
    this.#session = open(this.#wire, sound);
    if (this.#session === null) return false;
    this.#wire.opened();
    if (greeting !== null) {
      this.#wire.frame(JSON.stringify({ type: 'response.create', response: { instructions: greeting } }));
    }
    return true;
  }

  attach(sideband: Wire): void {
    this.#session?.attach(sideband);
  }

  hangUp(): void {
    this.#wire.close(normalCode, hungUp);
  }

  terminate(): void {
    this.#wire.end(goneCode, 'cut');
  }

  /** The telephone has hung up, or has been: a telephone that is gone does not come back. */
  left(): void {
    this.#wire.end(normalCode, hungUp);
  }

  /** The telephone never came. */
  missed(): void {
    this.#wire.end(goneCode, hungUp);
  }

  /** The telephone is no longer heard of: it is hung up. */
  lost(why: string): void {
    this.#wire.close(goneCode, why, hungUp);
  }

  #wireOf(leave: () => void): PhoneWire {
    return new PhoneWire({
      channel: {
        hasChannel: this.#desk !== null,
        maxMessageBytes: Number.POSITIVE_INFINITY,
        pendingBytes: 0,
        sendMessage: (text) => this.#desk?.told(text),
        close: () => this.#close(),
      },
      clock: this.#options.clock,
      frameBytes,
      tooLong: (text) => text,
      gone: leave,
      ending: () => {
        this.#isOver = true;
        this.#options.sound.end();
        this.#options.ending();
      },
    });
  }

  #close(): void {
    const { code, reason } = this.#wire.why;
    this.#options.close({ code: code === goneCode ? normalCode : code, reason });
  }
}

/** The session's own wire: the desk is at its other end, and knows why it closes. */
class PhoneWire extends ChannelWire {
  #why: PhoneClosing = { code: normalCode, reason: '' };

  /** Why this side has closed it. */
  get why(): PhoneClosing {
    return this.#why;
  }

  /** `told`: what the session is told instead. A telephone that is gone has hung up: it does not come back. */
  override close(code: number, reason: string, told = reason): void {
    this.#why = { code, reason };
    super.close(code, told);
  }
}
