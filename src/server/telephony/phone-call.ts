import type { CodedMedia } from '../../media/media.ts';
import type { Pulse } from '../../media/pulse.ts';
import type { StreamStart } from '../../telephony/streams/carrier.ts';
import type { StreamedCall } from '../../telephony/streams/stream-line.ts';
import { type StreamEnd, StreamSound } from '../../telephony/streams/stream-sound.ts';
import type { Wire } from '../../wire/wire.ts';
import type { RunningCall } from '../calls/call.ts';
import { ChannelWire } from '../calls/channel-wire.ts';
import { hungUp, type Referred } from '../calls/directory.ts';
import type { Clock } from '../clock.ts';
import type { SessionLog } from '../log.ts';
import type { CallPackets } from '../observability/metrics/call-packets.ts';
import type { SessionHandle } from '../session/host.ts';
import { Desk } from './desk.ts';
import type { PhoneLine } from './options.ts';
import type { RingingCall } from './switchboard.ts';

export interface PhoneCallOptions {
  readonly id: string;
  readonly owner: string;
  readonly line: PhoneLine;
  readonly carrierCallId: string;
  /** What the model is told to open with; null where the caller speaks first. */
  readonly greeting: string | null;
  /** Moves the call elsewhere; null where nothing can be asked of the carrier. */
  readonly transfer: ((target: string) => Promise<Referred>) | null;
  readonly pulse: Pick<Pulse, 'now' | 'join'>;
  readonly clock: Clock;
  readonly packets: Pick<CallPackets, 'follow'>;
  readonly log: SessionLog;
  /** Opens the session of the call; null where that fails. */
  readonly open: (wire: Wire, media: CodedMedia) => SessionHandle | null;
  /** The call begins to end: nobody finds it any more. */
  readonly ending: () => void;
}

/** A telephone call with a session that runs, and whose stream is here or is to come. */
export type PhoneCall = RunningCall & RingingCall;

/** With what a call is closed whose end was wanted, and one whose peer is gone: as sockets are. */
const normalCode = 1000;
const goneCode = 1006;
/** What the desk says is small; nobody else sends frames on this wire. */
const frameBytes = 65_536;

/** Begins the session of a call while it rings, and has it prepare its greeting. Null where it can't be opened. */
export function beginPhoneCall(options: PhoneCallOptions): PhoneCall | null {
  const call = new StreamedPhoneCall(options);
  return call.begin() ? call : null;
}

class StreamedPhoneCall implements RunningCall, RingingCall {
  readonly gone: Promise<void>;
  readonly #options: PhoneCallOptions;
  readonly #wire: PhoneWire;
  readonly #sound: StreamSound;
  readonly #desk: Desk | null;
  #session: SessionHandle | null = null;
  #stream: StreamEnd | null = null;
  #isOver = false;

  constructor(options: PhoneCallOptions) {
    this.#options = options;
    const { line, pulse, log, transfer } = options;
    this.#sound = new StreamSound({
      carrier: line.carrier,
      aheadMs: line.aheadMs,
      pulse,
      lost: (why) => this.#wire.close(goneCode, why, hungUp),
    });
    this.#desk =
      line.account === null
        ? null
        : new Desk({
            hangUp: () => this.hangUp(),
            transfer,
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

  get carrier() {
    return this.#options.line.carrier.name;
  }

  get carrierCallId(): string {
    return this.#options.carrierCallId;
  }

  get refer() {
    return this.#options.transfer;
  }

  begin(): boolean {
    const { open, packets, greeting } = this.#options;
    const uncount = packets.follow(this.#sound);
    void this.gone.finally(uncount);
    this.#session = open(this.#wire, this.#sound);
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

  missed(): void {
    this.#options.log.info('the stream of the call did not come in time');
    this.#wire.end(goneCode, hungUp);
  }

  connect({ streamId, coding }: StreamStart, stream: StreamEnd): StreamedCall | null {
    const { log } = this.#options;
    if (this.#isOver) return null;
    if (coding !== this.#sound.coding) {
      log.warn('the stream of the call is in another format', { coding: coding ?? 'unknown' });
      this.#wire.end(goneCode, hungUp);
      return null;
    }
    log.info('the stream of the call is up');
    this.#stream = stream;
    this.#sound.connect(stream, streamId);
    return {
      take: (message) => this.#sound.take(message),
      gone: (why) => {
        log.info('the stream of the call is over', { why });
        this.#wire.end(normalCode, hungUp);
      },
    };
  }

  #wireOf(leave: () => void): PhoneWire {
    return new PhoneWire({
      channel: {
        hasChannel: this.#desk !== null,
        maxMessageBytes: Number.POSITIVE_INFINITY,
        pendingBytes: 0,
        sendMessage: (text) => this.#desk?.told(text),
        close: () => this.#closeStream(),
      },
      clock: this.#options.clock,
      frameBytes,
      tooLong: (text) => text,
      gone: leave,
      ending: () => {
        this.#isOver = true;
        this.#sound.end();
        this.#options.ending();
      },
    });
  }

  /** The carrier hangs up once its stream is closed; where none has come there is nothing to wait for. */
  #closeStream(): void {
    if (this.#stream === null) return queueMicrotask(() => this.#wire.end(normalCode, hungUp));
    const { code, reason } = this.#wire.why;
    this.#stream.close(code === goneCode ? normalCode : code, reason);
  }
}

/** The session's own wire: the desk is at its other end, and knows why it closes. */
class PhoneWire extends ChannelWire {
  #why = { code: normalCode, reason: '' };

  /** Why this side has closed it. */
  get why(): { readonly code: number; readonly reason: string } {
    return this.#why;
  }

  /** `told`: what the session is told instead. A telephone that is gone has hung up: it does not come back. */
  override close(code: number, reason: string, told = reason): void {
    this.#why = { code, reason };
    super.close(code, told);
  }
}
