import type { SoundKey } from '../audio/played-items.ts';
import { type Codec, sampleFrames } from './codec.ts';
import { DrainWatch } from './drain-watch.ts';
import { type Due, dueOf } from './due.ts';
import type { ReceptionStatistics } from './jitter-buffer.ts';
import { Loudspeaker } from './loudspeaker.ts';
import type { Media, MediaListener } from './media.ts';
import type { AgreedSound, Peer } from './peer.ts';
import type { Pulse } from './pulse.ts';
import { Receiver } from './receiver.ts';
import { Reporter } from './reporter.ts';
import { parseRtp } from './rtp.ts';
import { Sender } from './sender.ts';

/** The sound that was agreed on, and what turns it into packets. */
export interface CallSoundWay {
  readonly agreed: AgreedSound;
  /** Closed when the call's sound ends. */
  readonly codec: Codec;
  /** Where numbers and times of our packets begin: at random. */
  readonly sequence: number;
  readonly timestamp: number;
}

export interface CallSoundOptions {
  readonly peer: Pick<Peer, 'wasReached' | 'sendPacket'>;
  readonly pulse: Pulse;
  /** Null for a call without sound: what is played passes at the speed of hearing, unheard. */
  readonly way: CallSoundWay | null;
}

/** What became of a call's sound so far. */
export interface CallSoundStatistics extends ReceptionStatistics {
  readonly sent: number;
}

/** A report a second: the peer learns what is lost, and says it twice from then on. */
const framesPerReport = 50;

const nothingCame: ReceptionStatistics = { received: 0, late: 0, duplicates: 0, lost: 0, jitterMs: 0 };

/** The sound of one call: every 20 ms a packet goes out, silence too, and a frame of what the peer says is heard. */
export class CallSound implements Media {
  readonly #peer: CallSoundOptions['peer'];
  readonly #pulse: Pulse;
  readonly #loudspeaker = new Loudspeaker();
  readonly #codec: Codec | null;
  readonly #receiver: Receiver | null;
  readonly #sender: Sender | null;
  readonly #payloadType: number | null;
  readonly #reporter: Reporter | null;
  readonly #drain = new DrainWatch();
  #listener: MediaListener | null = null;
  #leave: (() => void) | null = null;
  #sinceReport = 0;
  #hasEnded = false;

  constructor({ peer, pulse, way }: CallSoundOptions) {
    this.#peer = peer;
    this.#pulse = pulse;
    this.#codec = way?.codec ?? null;
    this.#payloadType = way?.agreed.payloadType ?? null;
    this.#receiver = way?.agreed.receives === true ? new Receiver(way.codec, sampleFrames, way.codec.clockRate) : null;
    this.#sender = way?.agreed.sends === true ? new Sender({ ...way, ...way.agreed, codec: way.codec }) : null;
    const ends = { sender: this.#sender, receiver: this.#receiver };
    this.#reporter =
      way === null ? null : new Reporter({ ...ends, ssrc: way.agreed.ssrc, clockRate: way.codec.clockRate });
  }

  get waitingSamples(): number {
    return this.#loudspeaker.waitingSamples;
  }

  get statistics(): CallSoundStatistics {
    return { ...(this.#receiver?.statistics ?? nothingCame), sent: this.#sender?.sent.packets ?? 0 };
  }

  begin(listener: MediaListener): void {
    if (this.#hasEnded) return;
    this.#listener = listener;
    this.#leave = this.#pulse.join((frames, nowMs) => this.#beat(frames, nowMs));
  }

  /** A whole RTP or RTCP packet has come; others are ignored, and so are payloads that nobody agreed on. */
  packet(bytes: Uint8Array): void {
    if (this.#hasEnded) return;
    const packet = parseRtp(bytes);
    if (packet === null) this.#reporter?.came(bytes, this.#pulse.now());
    else if (packet.payloadType === this.#payloadType) this.#receiver?.put(packet, this.#pulse.now());
  }

  play(key: SoundKey, sound: Int16Array): void {
    if (this.#hasEnded) return;
    this.#loudspeaker.play(key, sound);
    this.#drain.grew(this.waitingSamples);
  }

  clear(): void {
    this.#loudspeaker.clear();
  }

  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#leave?.();
    this.#listener = null;
    this.#loudspeaker.clear();
    this.#codec?.close();
  }

  /** Time begins to pass when there is somebody to hear; the listener may end the sound in the middle of it. */
  #beat(frames: number, nowMs: number): void {
    if (!this.#peer.wasReached) return;
    const due = dueOf(frames);
    this.#send(due);
    for (let heard = due.heard; heard > 0 && this.#receiver !== null && !this.#hasEnded; heard--)
      this.#listener?.heard(this.#receiver.frame(nowMs));
    this.#report(frames, nowMs);
    this.#tellDrained();
  }

  #send({ sent, skipped }: Due): void {
    this.#sender?.skip(skipped);
    for (let left = sent; left > 0 && !this.#hasEnded; left--) this.#sendNext();
  }

  #sendNext(): void {
    const played: [SoundKey, number][] = [];
    const frame = this.#loudspeaker.frame((key, samples) => played.push([key, samples]));
    if (this.#sender !== null) this.#peer.sendPacket(this.#sender.packet(frame));
    for (const [key, samples] of played) this.#listener?.played(key, samples);
  }

  #report(frames: number, nowMs: number): void {
    this.#sinceReport += frames;
    if (this.#reporter === null || this.#sinceReport < framesPerReport || this.#hasEnded) return;
    this.#sinceReport = 0;
    this.#peer.sendPacket(this.#reporter.report(nowMs));
  }

  #tellDrained(): void {
    if (this.#drain.hasDrained(this.waitingSamples)) this.#listener?.drained();
  }
}
