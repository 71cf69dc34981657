import { createHash, randomBytes } from 'node:crypto';
import type { CarrierName, StreamStart } from '../../../telephony/streams/carrier.ts';
import type { StreamedCall } from '../../../telephony/streams/stream-line.ts';
import type { StreamEnd } from '../../../telephony/streams/stream-sound.ts';
import type { Clock } from '../../clock.ts';
import type { Rung } from './rung.ts';

/** How long the token of a call is good, in milliseconds. */
export const tokenMs = 60_000;
/** By what name the stream carries it. */
export const tokenName = 'token';

/** A call that rings: its session is open, and its stream is to come. */
export interface RingingCall {
  /** `rtc_…` */
  readonly id: string;
  readonly carrier: CarrierName;
  /** The carrier's id of it. */
  readonly carrierCallId: string;
  /** Its stream is here. */
  connect(start: StreamStart, end: StreamEnd): StreamedCall | null;
  /** Nobody came in time. */
  missed(): void;
}

interface Waiting {
  readonly call: RingingCall;
  readonly callOff: () => void;
}

/** The calls that ring, by their tokens: each joins one stream, and that within a minute. */
export class Switchboard {
  readonly #clock: Pick<Clock, 'after'>;
  /** By the digest of the token, so that no time tells how close a guess came. */
  readonly #waiting = new Map<string, Waiting>();
  /** What carriers were told of calls that begin to ring, or do. */
  readonly #answers = new Map<string, Promise<Rung>>();

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock;
  }

  /** What the carrier was told of this call, while it rings. */
  answerTo(carrier: CarrierName, carrierCallId: string): Promise<Rung> | null {
    return this.#answers.get(`${carrier} ${carrierCallId}`) ?? null;
  }

  /** Keeps what the carrier is told, while the call rings. */
  answers(carrier: CarrierName, carrierCallId: string, answer: Promise<Rung>): void {
    const name = `${carrier} ${carrierCallId}`;
    this.#answers.set(name, answer);
    const forget = (): void => void this.#answers.delete(name);
    answer.then(({ ok }) => (ok ? undefined : forget()), forget);
  }

  /** Waits for the stream of a call; gives the token that it has to bring. */
  ring(call: RingingCall): string {
    const token = randomBytes(32).toString('base64url');
    const key = digest(token);
    const callOff = this.#clock.after(tokenMs, () => {
      this.#remove(key);
      call.missed();
    });
    this.#waiting.set(key, { call, callOff });
    return token;
  }

  /** Whether a call of this id rings here. */
  rings(id: string): boolean {
    return this.#find(id) !== null;
  }

  /** The call has ended before its stream came. */
  forget(id: string): void {
    const key = this.#find(id);
    if (key !== null) this.#remove(key);
  }

  /** The call that a stream is of: once, and for nobody else. `id`: the call that the address names, if it does. */
  claim(start: StreamStart, carrier: CarrierName, id: string | null): RingingCall | null {
    const key = digest(start.parameters.get(tokenName) ?? '');
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return null;
    const { call } = waiting;
    const isOfCall = call.carrierCallId === start.carrierCallId && (id === null || id === call.id);
    if (call.carrier !== carrier || !isOfCall) return null;
    this.#remove(key);
    return call;
  }

  /** The call rings no longer. */
  #remove(key: string): void {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    const { call, callOff } = waiting;
    callOff();
    this.#waiting.delete(key);
    this.#answers.delete(`${call.carrier} ${call.carrierCallId}`);
  }

  #find(id: string): string | null {
    for (const [key, { call }] of this.#waiting) if (call.id === id) return key;
    return null;
  }
}

function digest(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
