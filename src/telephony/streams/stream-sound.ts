import { encodeBase64 } from '../../audio/base64.ts';
import type { SoundKey } from '../../audio/played-items.ts';
import { DrainWatch } from '../../media/drain-watch.ts';
import type { CodedMedia, Coding, MediaListener } from '../../media/media.ts';
import type { Pulse } from '../../media/pulse.ts';
import { samplesPerByte, silenceOf } from '../sound/g711-frames.ts';
import type { Carrier, StreamMessage } from './carrier.ts';
import { Inbound, type InboundStatistics } from './inbound.ts';
import { Playout } from './playout.ts';

/** The carrier's end of a stream that is up. */
export interface StreamEnd {
  /** Bytes that have not left for it. */
  readonly pendingBytes: number;
  send(frame: string): void;
  /** Sends what is queued, then closes. Idempotent. */
  close(code: number, reason: string): void;
}

export interface StreamSoundOptions {
  readonly carrier: Carrier;
  readonly pulse: Pick<Pulse, 'now' | 'join'>;
  /** The most that waits at the carrier, in milliseconds. */
  readonly aheadMs: number;
  /** The carrier has not played anything for long, or is silent: why the call should end. Told once. */
  readonly lost: (why: string) => void;
}

/** What became of the pieces of a stream, and how many were sent. */
export interface StreamStatistics extends InboundStatistics {
  readonly jitterMs: number;
  readonly sent: number;
}

/** With so much on its way to the carrier nothing is added, in bytes. */
const cloggedBytes = 64_000;
/** How long a carrier may be silent, or owe a mark, in milliseconds. */
const deadMs = 30_000;

const nothingCame: InboundStatistics = { received: 0, lost: 0, late: 0, duplicates: 0 };

/** The sound of a call over a carrier's stream. Before the stream is up no time passes: what is to be said waits. */
export class StreamSound implements CodedMedia {
  readonly coding: Coding = 'audio/pcmu';
  readonly #options: StreamSoundOptions;
  readonly #playout: Playout;
  #inbound: Inbound | null = null;
  #stream: { readonly end: StreamEnd; readonly id: string } | null = null;
  readonly #drain = new DrainWatch();
  #listener: MediaListener<Uint8Array> | null = null;
  #leave: (() => void) | null = null;
  #sent = 0;
  #heardMs = 0;
  #hasEnded = false;

  constructor(options: StreamSoundOptions) {
    this.#options = options;
    this.#playout = new Playout({
      line: this.#line(),
      aheadMs: options.aheadMs,
      coding: this.coding,
      played: (key, bytes) => this.#listener?.played(key, bytes * samplesPerByte),
    });
  }

  get waitingSamples(): number {
    return this.#playout.waiting(this.#options.pulse.now()) * samplesPerByte;
  }

  get statistics(): StreamStatistics {
    return { ...(this.#inbound?.statistics ?? nothingCame), jitterMs: 0, sent: this.#sent };
  }

  begin(listener: MediaListener<Uint8Array>): void {
    if (this.#hasEnded) return;
    this.#listener = listener;
    this.#start();
  }

  /** The stream is up: from now on time passes. */
  connect(end: StreamEnd, id: string): void {
    if (this.#hasEnded) return;
    this.#stream = { end, id };
    this.#start();
  }

  /** What the carrier says of sound, marks and keys; of anything else nothing becomes. */
  take(message: StreamMessage): void {
    const { pulse } = this.#options;
    if (this.#hasEnded || this.#inbound === null) return;
    this.#heardMs = pulse.now();
    if (message.is === 'media') this.#hear(this.#inbound.put(message, pulse.now()));
    if (message.is === 'mark') this.#playout.reached(message.name, pulse.now());
    if (message.is === 'key') this.#listener?.pressed?.(message.key);
    this.#tellDrained();
  }

  play(key: SoundKey, audio: Uint8Array): void {
    if (this.#hasEnded) return;
    this.#playout.play(key, audio);
    this.#sendNow();
    this.#drain.grew(this.waitingSamples);
  }

  finish(key: SoundKey): void {
    this.#playout.finish(key);
    this.#sendNow();
  }

  clear(): void {
    this.#playout.clear(this.#options.pulse.now());
  }

  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#leave?.();
    this.#listener = null;
    this.#stream = null;
  }

  #line() {
    const { carrier } = this.#options;
    const send = (write: (id: string) => string): void => {
      if (this.#stream !== null) this.#stream.end.send(write(this.#stream.id));
    };
    const isClogged = (): boolean => this.#stream === null || this.#stream.end.pendingBytes > cloggedBytes;
    return {
      get isClogged() {
        return isClogged();
      },
      frame: (audio: Uint8Array) => {
        this.#sent += 1;
        send((id) => carrier.media(id, encodeBase64(audio)));
      },
      mark: (name: string) => send((id) => carrier.mark(id, name)),
      clear: () => send((id) => carrier.clear(id)),
    };
  }

  #start(): void {
    if (this.#stream === null || this.#listener === null || this.#leave !== null) return;
    const { pulse } = this.#options;
    this.#heardMs = pulse.now();
    this.#inbound = new Inbound(silenceOf(this.coding), pulse.now());
    this.#leave = pulse.join((_, nowMs) => this.#beat(nowMs));
    this.#playout.beat(pulse.now());
  }

  /** What can leave at once does not wait for the next beat. */
  #sendNow(): void {
    if (this.#leave !== null && !this.#hasEnded) this.#playout.beat(this.#options.pulse.now());
  }

  #beat(nowMs: number): void {
    if (this.#inbound === null) return;
    this.#playout.beat(nowMs);
    this.#hear(this.#inbound.beat(nowMs));
    this.#tellDrained();
    if (nowMs - this.#heardMs >= deadMs) this.#lose('the carrier has been silent for half a minute');
    else if (this.#playout.owedMs(nowMs) >= deadMs) this.#lose('the carrier has played nothing for half a minute');
  }

  #hear(pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) this.#listener?.heard(piece);
  }

  #lose(why: string): void {
    if (this.#hasEnded) return;
    this.end();
    this.#options.lost(why);
  }

  #tellDrained(): void {
    if (this.#drain.hasDrained(this.waitingSamples)) this.#listener?.drained();
  }
}
