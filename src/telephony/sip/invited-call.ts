import type { Coding } from '../../media/media.ts';
import type { RtpPort, Seal, Unseal } from '../rtp/port.ts';
import { RtpSound, type RtpWay } from '../rtp/rtp-sound.ts';
import type { AgentCall } from './agent-call.ts';
import type { SipHeader } from './message.ts';
import type { NoSound, SipCall, SipOptions, SipSource } from './phone.ts';
import {
  type Agreed,
  type AgreedSound,
  type AnswerPlace,
  answerOffer,
  isProtected,
  offerSound,
  readAnswer,
  type Terms,
} from './sdp.ts';

/** What calls need of the machine. */
export interface CallMachine {
  readonly pulse: SipOptions['pulse'];
  /** Takes ports for the sound of a call; null where none is free. */
  openPort(): Promise<RtpPort | null>;
  /** A number below `most`, which nobody can guess. */
  random(most: number): number;
  /** A master key and salt, 30 bytes. */
  secret(): Uint8Array;
  seal(secret: Uint8Array): Seal;
  unseal(secret: Uint8Array): Unseal;
}

export interface InvitedCallOptions {
  readonly call: AgentCall;
  readonly from: SipSource;
  /** Our address, as the other side reaches it. */
  readonly address: string;
  readonly machine: CallMachine;
  /** It is over, whyever. */
  readonly gone: () => void;
}

const codings: Readonly<Record<AgreedSound['codec'], Coding>> = { PCMU: 'audio/pcmu', PCMA: 'audio/pcma' };

/** A call that has come, and its sound. */
export class InvitedCall implements SipCall {
  readonly #options: InvitedCallOptions;
  readonly #id: number;
  /** Our own; null where the signalling is no secret, and so none is in it. */
  readonly #secret: Uint8Array | null;
  #version = 0;
  /** The answer to an offer of ours is to come. */
  #hasOffered = false;
  #listener: { ended(why: string): void } | null = null;
  #port: RtpPort | null = null;
  #sound: RtpSound | null = null;
  /** What was agreed on; null before. */
  #agreed: AgreedSound | null = null;
  /** How what comes is read, and by which key. */
  #unsealing: { readonly secret: Uint8Array; readonly unseal: Unseal } | null = null;
  /** What we say when we pick up. */
  #description: string | null = null;
  #referred: ((isDone: boolean) => void) | null = null;
  #isOver = false;

  constructor(options: InvitedCallOptions) {
    this.#options = options;
    const { machine, from, call } = options;
    this.#id = machine.random(2 ** 31);
    this.#secret = from.transport === 'tls' ? machine.secret() : null;
    call.open({
      acknowledged: (answer) => this.#acknowledged(answer),
      ended: (why) => this.#end(why),
      offered: (offer) => this.#offered(offer),
      pressed: (key) => this.#sound?.pressed(key),
      referred: (isDone) => this.#tellReferred(isDone),
    });
  }

  get from(): SipSource {
    return this.#options.from;
  }

  get uri(): string {
    return this.#options.call.invite.uri;
  }

  get headers(): readonly SipHeader[] {
    return this.#options.call.invite.headers;
  }

  get security(): 'srtp-sdes' | null {
    return isProtected(this.#options.call.offer ?? '') ? 'srtp-sdes' : null;
  }

  open(listener: { ended(why: string): void }): void {
    this.#listener = listener;
  }

  ring(): void {
    this.#options.call.ring();
  }

  refuse(status: number, reason: string, headers: readonly SipHeader[] = []): void {
    const { call } = this.#options;
    if (!call.isRinging) return;
    call.refuse(status, reason, headers);
    this.#end('it was refused');
  }

  async prepare(): Promise<RtpSound | NoSound> {
    const { call, machine } = this.#options;
    const offer = call.offer;
    // Whether there is anything to agree on is found out before a port is taken for it.
    if (offer !== null && this.#answer(offer, 9) === null) return 'no-codec';
    const port = await machine.openPort();
    if (port === null) return 'no-port';
    if (this.#isOver) {
      port.close();
      return 'gone';
    }
    this.#port = port;
    const agreed = offer === null ? null : this.#answer(offer, port.port);
    this.#agreed = agreed?.sound ?? null;
    this.#description = agreed?.answer ?? this.#offer(port.port);
    this.#version += 1;
    this.#sound = this.#soundOf(port, codings[agreed?.sound.codec ?? 'PCMU']);
    return this.#sound;
  }

  accept(): void {
    if (this.#isOver) return;
    if (this.#description === null) throw new Error('The sound of the call was not prepared.');
    this.#options.call.accept(this.#description);
    if (this.#agreed !== null) this.#connect(this.#agreed);
  }

  hangUp(): void {
    if (this.#isOver) return;
    this.#options.call.hangUp();
    this.#end('it was hung up');
  }

  refer(target: string): Promise<boolean> {
    if (this.#isOver || this.#referred !== null) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#referred = resolve;
      this.#options.call.refer(target);
    });
  }

  #soundOf(port: RtpPort, coding: Coding): RtpSound {
    const { machine, from } = this.#options;
    const { pulse, random } = machine;
    const secret = this.#agreed?.crypto === null ? null : this.#secret;
    return new RtpSound({
      coding,
      port,
      pulse,
      caller: from.address,
      ssrc: random(2 ** 32),
      // Low, so that the first packets may be lost and nobody takes the next for a second round of numbers (RFC 3711).
      sequence: random(2 ** 15),
      timestamp: random(2 ** 32),
      seal: this.#agreed === null || secret === null ? null : machine.seal(secret),
      lost: (why) => this.#lost(why),
    });
  }

  #place(port: number): AnswerPlace {
    return { address: this.#options.address, port, id: this.#id, version: this.#version };
  }

  /** The codec stays what it is once the call has one. */
  get #terms(): Terms {
    return { only: this.#agreed?.codec ?? null, secret: this.#secret };
  }

  #answer(offer: string, port: number): Agreed | null {
    const agreed = answerOffer(offer, this.#place(port), this.#terms);
    return agreed !== null && this.#keepsProtection(agreed.sound) ? agreed : null;
  }

  /** So does whether it is protected. */
  #keepsProtection({ crypto }: AgreedSound): boolean {
    return this.#agreed === null || (this.#agreed.crypto === null) === (crypto === null);
  }

  /** The sound changes: what the other side offers, or asks us to offer. */
  #offered(offer: string | null): string | null {
    if (this.#port === null || this.#agreed === null || this.#isOver) return null;
    if (offer === null) return this.#offer(this.#port.port);
    const agreed = this.#answer(offer, this.#port.port);
    if (agreed === null) return null;
    this.#version += 1;
    this.#connect(agreed.sound);
    return agreed.answer;
  }

  #offer(port: number): string {
    const offer = offerSound(this.#place(port), this.#agreed, this.#terms);
    this.#version += 1;
    this.#hasOffered = true;
    return offer;
  }

  #acknowledged(answer: string | null): void {
    if (!this.#hasOffered) return;
    this.#hasOffered = false;
    const agreed = answer === null ? null : readAnswer(answer, this.#agreed, this.#terms);
    if (agreed !== null && this.#keepsProtection(agreed)) this.#connect(agreed);
    else if (this.#agreed === null) this.#lost('it has answered our offer with nothing that we speak');
  }

  #connect(agreed: AgreedSound): void {
    this.#agreed = agreed;
    const { address, port, crypto } = agreed;
    const unseal = crypto === null ? null : this.#unsealOf(crypto.secret);
    const way: RtpWay = { ...agreed, place: { address, port }, unseal };
    this.#sound?.connect(way);
  }

  /** What was seen of packets is kept as long as their key is the same. */
  #unsealOf(secret: Uint8Array): Unseal {
    const known = this.#unsealing;
    if (known?.secret.every((byte, at) => byte === secret[at]) === true) return known.unseal;
    const unseal = this.#options.machine.unseal(secret);
    this.#unsealing = { secret, unseal };
    return unseal;
  }

  #lost(why: string): void {
    if (this.#isOver) return;
    this.#options.call.hangUp();
    this.#end(why);
  }

  #tellReferred(isDone: boolean): void {
    const tell = this.#referred;
    this.#referred = null;
    tell?.(isDone);
    if (isDone) this.#end('it was transferred');
  }

  #end(why: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#tellReferred(false);
    if (this.#sound !== null) this.#sound.end();
    else this.#port?.close();
    this.#options.gone();
    this.#listener?.ended(why);
  }
}
