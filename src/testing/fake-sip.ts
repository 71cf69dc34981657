import type { SoundKey } from '../audio/played-items.ts';
import type { Coding, MediaListener } from '../media/media.ts';
import type { NoSound, SipCall, SipSound } from '../telephony/sip/phone.ts';

export interface FakeSipOptions {
  readonly headers?: SipCall['headers'];
  readonly uri?: string;
  readonly from?: Partial<SipCall['from']>;
  readonly security?: SipCall['security'];
  readonly coding?: Coding;
  /** Why it can have no sound. */
  readonly noSound?: NoSound;
  /** Whether the other side calls whom it is asked to. Default true. */
  readonly refers?: boolean;
}

const usualHeaders = [
  { name: 'From', value: '"Ann" <sip:+49301234@pbx.example>;tag=1' },
  { name: 'To', value: '<sip:bot@voice.example>' },
  { name: 'Call-ID', value: 'a84b4c76e66710' },
] as const;

/** A telephone that calls by SIP without a network. */
export class FakeSipCall implements SipCall {
  readonly from: SipCall['from'];
  readonly uri: string;
  readonly headers: SipCall['headers'];
  readonly security: SipCall['security'];
  /** What it has heard, in order: `180`, `200`, `486 Busy Here`, `BYE`, `REFER sip:…`. */
  readonly told: string[] = [];
  /** What the refusal said beside. */
  refusal: SipCall['headers'] = [];
  readonly sound: FakeSipSound;
  readonly #options: FakeSipOptions;
  #ended: ((why: string) => void) | null = null;
  #phase: 'ringing' | 'up' | 'over' = 'ringing';

  constructor(options: FakeSipOptions = {}) {
    this.#options = options;
    this.from = { transport: 'udp', address: '127.0.0.1', port: 5060, proves: () => false, ...options.from };
    this.uri = options.uri ?? 'sip:bot@voice.example';
    this.headers = options.headers ?? usualHeaders;
    this.security = options.security ?? null;
    this.sound = new FakeSipSound(options.coding ?? 'audio/pcmu');
  }

  open({ ended }: { ended(why: string): void }): void {
    this.#ended = ended;
  }

  ring(): void {
    if (this.#phase === 'ringing') this.told.push('180');
  }

  refuse(status: number, reason: string, headers: SipCall['headers'] = []): void {
    if (this.#phase !== 'ringing') return;
    this.told.push(`${status} ${reason}`);
    this.refusal = headers;
    this.#end('it was refused');
  }

  async prepare(): Promise<SipSound | NoSound> {
    return this.#phase === 'over' ? 'gone' : (this.#options.noSound ?? this.sound);
  }

  accept(): void {
    if (this.#phase !== 'ringing') return;
    this.#phase = 'up';
    this.told.push('200');
    this.sound.start();
  }

  hangUp(): void {
    if (this.#phase === 'ringing') return this.refuse(480, 'Temporarily Unavailable');
    if (this.#phase === 'over') return;
    this.told.push('BYE');
    this.#end('it was hung up');
  }

  async refer(target: string): Promise<boolean> {
    this.told.push(`REFER ${target}`);
    if (this.#options.refers === false) return false;
    this.hangUp();
    return true;
  }

  /** The other side gives up, or hangs up. */
  leave(): void {
    this.#end('the caller has hung up');
  }

  #end(why: string): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    this.sound.end();
    this.#ended?.(why);
  }
}

/** Sound that is played as soon as it is there. */
export class FakeSipSound implements SipSound {
  readonly statistics = { received: 0, lost: 0, late: 0, duplicates: 0, jitterMs: 0, sent: 0 };
  readonly waitingSamples = 0;
  readonly coding: Coding;
  /** Bytes that were played. */
  played = 0;
  #listener: MediaListener<Uint8Array> | null = null;
  #waiting: { readonly key: SoundKey; readonly bytes: number }[] = [];
  readonly #playedOf = new Map<SoundKey, number>();
  #isUp = false;

  constructor(coding: Coding) {
    this.coding = coding;
  }

  begin(listener: MediaListener<Uint8Array>): void {
    this.#listener = listener;
  }

  start(): void {
    this.#isUp = true;
    for (const { key, bytes } of this.#waiting.splice(0)) this.#play(key, bytes);
  }

  play(key: SoundKey, { length: bytes }: Uint8Array): void {
    if (this.#isUp) this.#play(key, bytes);
    else this.#waiting.push({ key, bytes });
  }

  clear(): void {
    this.#waiting = [];
  }

  end(): void {
    this.#listener = null;
  }

  /** A key is pressed at the telephone. */
  press(key: string): void {
    this.#listener?.pressed?.(key);
  }

  #play(key: SoundKey, bytes: number): void {
    this.played += bytes;
    const inAll = (this.#playedOf.get(key) ?? 0) + bytes;
    this.#playedOf.set(key, inAll);
    this.#listener?.played(key, inAll * 3);
  }
}
