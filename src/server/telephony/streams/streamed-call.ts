import type { Pulse } from '../../../media/pulse.ts';
import type { StreamStart } from '../../../telephony/streams/carrier.ts';
import type { StreamedCall } from '../../../telephony/streams/stream-line.ts';
import { type StreamEnd, StreamSound } from '../../../telephony/streams/stream-sound.ts';
import type { Wire } from '../../../wire/wire.ts';
import type { RunningCall } from '../../calls/call.ts';
import type { Referred } from '../../calls/directory.ts';
import type { PhoneLine } from '../options.ts';
import { PhoneCall, type PhoneCallOptions, type PhoneClosing } from '../phone-call.ts';
import type { RingingCall } from './switchboard.ts';

export interface StreamedCallOptions extends Omit<PhoneCallOptions, 'sound' | 'desk' | 'close'> {
  readonly line: PhoneLine;
  readonly carrierCallId: string;
  /** Moves the call elsewhere; null where nothing can be asked of the carrier. */
  readonly transfer: ((target: string) => Promise<Referred>) | null;
  readonly pulse: Pick<Pulse, 'now' | 'join'>;
}

/** A telephone call with a session that runs, and whose stream is here or is to come. */
export type CarrierCall = RunningCall & RingingCall;

/** Begins the session of a call while it rings, and has it prepare its greeting. Null where it can't be opened. */
export function beginCarrierCall(options: StreamedCallOptions): CarrierCall | null {
  const call = new StreamedPhoneCall(options);
  return call.begin() ? call : null;
}

class StreamedPhoneCall implements RunningCall, RingingCall {
  readonly #options: StreamedCallOptions;
  readonly #call: PhoneCall;
  readonly #sound: StreamSound;
  #stream: StreamEnd | null = null;

  constructor(options: StreamedCallOptions) {
    this.#options = options;
    const { line, pulse, transfer } = options;
    this.#sound = new StreamSound({
      carrier: line.carrier,
      aheadMs: line.aheadMs,
      pulse,
      lost: (why) => this.#call.lost(why),
    });
    this.#call = new PhoneCall({
      ...options,
      sound: this.#sound,
      desk: line.account === null ? null : { transfer },
      close: (closing) => this.#closeStream(closing),
    });
  }

  get id(): string {
    return this.#options.id;
  }

  get owner(): string {
    return this.#options.owner;
  }

  get gone(): Promise<void> {
    return this.#call.gone;
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
    return this.#call.begin();
  }

  attach(sideband: Wire): void {
    this.#call.attach(sideband);
  }

  hangUp(): void {
    this.#call.hangUp();
  }

  terminate(): void {
    this.#call.terminate();
  }

  missed(): void {
    this.#options.log.info('the stream of the call did not come in time');
    this.#call.missed();
  }

  connect({ streamId, coding }: StreamStart, stream: StreamEnd): StreamedCall | null {
    const { log } = this.#options;
    if (this.#call.isOver) return null;
    if (coding !== this.#sound.coding) {
      log.warn('the stream of the call is in another format', { coding: coding ?? 'unknown' });
      this.#call.missed();
      return null;
    }
    log.info('the stream of the call is up');
    this.#stream = stream;
    this.#sound.connect(stream, streamId);
    return {
      take: (message) => this.#sound.take(message),
      gone: (why) => {
        log.info('the stream of the call is over', { why });
        this.#call.left();
      },
    };
  }

  /** The carrier hangs up once its stream is closed; where none has come there is nothing to wait for. */
  #closeStream({ code, reason }: PhoneClosing): void {
    if (this.#stream === null) return queueMicrotask(() => this.#call.left());
    this.#stream.close(code, reason);
  }
}
