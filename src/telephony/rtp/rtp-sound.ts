import type { SoundKey } from '../../audio/played-items.ts';
import { DrainWatch } from '../../media/drain-watch.ts';
import { type Due, dueOf } from '../../media/due.ts';
import { g711Rate } from '../../media/g711-law.ts';
import type { Coding, MediaListener } from '../../media/media.ts';
import { Receiver } from '../../media/receiver.ts';
import { Reporter } from '../../media/reporter.ts';
import { parseRtp, type RtpPacket } from '../../media/rtp.ts';
import { Sender } from '../../media/sender.ts';
import { KeyPresses } from '../sip/key-presses.ts';
import type { SipOptions, SipSound, SipSoundStatistics } from '../sip/phone.ts';
import { G711Passage, g711Frames, samplesPerByte } from '../sound/g711-frames.ts';
import { PlayoutQueue } from '../sound/playout-queue.ts';
import { Latch, type MediaPlace } from './latch.ts';
import type { RtpPort, Seal, Unseal } from './port.ts';

export interface RtpSoundOptions {
  readonly coding: Coding;
  readonly port: RtpPort;
  readonly pulse: SipOptions['pulse'];
  /** Where the signalling comes from. */
  readonly caller: string;
  /** Names our sound, and where numbers and times of our packets begin: at random. */
  readonly ssrc: number;
  readonly sequence: number;
  readonly timestamp: number;
  /** Null for plain packets. */
  readonly seal: Seal | null;
  /** Nothing has come for long: why the call should end. Told once. */
  readonly lost: (why: string) => void;
}

/** How the other side wants its sound, and sends its own. */
export interface RtpWay {
  readonly payloadType: number;
  /** The number of pressed keys; null where they are not sent like that. */
  readonly keys: number | null;
  readonly place: MediaPlace;
  readonly controlPort: number;
  /** Whether it sends sound, and wants some: not on hold. */
  readonly receives: boolean;
  readonly sends: boolean;
  /** Null for plain packets. */
  readonly unseal: Unseal | null;
}

/** A report every five seconds. */
const framesPerReport = 250;
/** How noise is told of in place of silence (RFC 3389), whoever has agreed on it: it tells that somebody is there. */
const comfortNoise = 13;
/** How long nothing may come of who says that it sends, in milliseconds. */
const deadMs = 30_000;

/**
 * The sound of a call over RTP: every 20 ms a packet goes out, silence too, and a frame of what the other side says is
 * heard. On hold nothing goes out, silence is heard, and what is to be played waits.
 */
export class RtpSound implements SipSound {
  readonly coding: Coding;
  readonly #options: RtpSoundOptions;
  readonly #queue: PlayoutQueue;
  readonly #receiver: Receiver<Uint8Array>;
  readonly #sender: Sender<Uint8Array>;
  readonly #reporter: Reporter;
  readonly #presses = new KeyPresses();
  readonly #drain = new DrainWatch();
  readonly #silence: () => Uint8Array;
  #listener: MediaListener<Uint8Array> | null = null;
  #way: RtpWay | null = null;
  #latch: Latch | null = null;
  #leave: (() => void) | null = null;
  #heardMs = 0;
  #sinceReport = 0;
  #hasKeyPackets = false;
  #hasEnded = false;

  constructor(options: RtpSoundOptions) {
    const { coding, port, ssrc, sequence, timestamp } = options;
    const form = g711Frames(coding);
    const codec = new G711Passage(coding);
    this.coding = coding;
    this.#options = options;
    this.#silence = form.silence;
    this.#queue = new PlayoutQueue(coding);
    this.#receiver = new Receiver(codec, form, g711Rate);
    this.#sender = new Sender({ codec, payloadType: 0, ssrc, sequence, timestamp });
    this.#reporter = new Reporter({ sender: this.#sender, receiver: this.#receiver, ssrc, clockRate: g711Rate });
    port.open({
      sound: (packet, from) => this.#came(packet, from),
      control: (packet, from) => this.#controlled(packet, from),
    });
  }

  get waitingSamples(): number {
    return this.#queue.bytes * samplesPerByte;
  }

  get statistics(): SipSoundStatistics {
    return { ...this.#receiver.statistics, sent: this.#sender.sent.packets };
  }

  begin(listener: MediaListener<Uint8Array>): void {
    if (this.#hasEnded) return;
    this.#listener = listener;
    this.#start();
  }

  /** The call is up, or its sound changes: from now on it is like this. */
  connect(way: RtpWay): void {
    if (this.#hasEnded) return;
    this.#way = way;
    this.#heardMs = this.#options.pulse.now();
    if (this.#latch === null) this.#latch = new Latch({ said: way.place, caller: this.#options.caller });
    else this.#latch.moved(way.place);
    this.#start();
  }

  /** A key was pressed, as signalling says: it counts unless packets say so, too. */
  pressed(key: string): void {
    if (!this.#hasKeyPackets) this.#listener?.pressed?.(key);
  }

  play(key: SoundKey, audio: Uint8Array): void {
    if (this.#hasEnded) return;
    this.#queue.add(key, audio);
    this.#drain.grew(this.waitingSamples);
  }

  finish(key: SoundKey): void {
    this.#queue.finish(key);
  }

  clear(): void {
    this.#queue.clear();
  }

  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#leave?.();
    this.#listener = null;
    this.#queue.clear();
    this.#options.port.close();
  }

  #start(): void {
    if (this.#way === null || this.#listener === null || this.#leave !== null) return;
    this.#heardMs = this.#options.pulse.now();
    this.#leave = this.#options.pulse.join((frames, nowMs) => this.#beat(frames, nowMs));
  }

  /** The listener may end the sound in the middle of it. */
  #beat(frames: number, nowMs: number): void {
    if (this.#way === null) return;
    const due = dueOf(frames);
    if (this.#way.sends) this.#send(due);
    else this.#sender.skip(frames);
    for (let heard = due.heard; heard > 0 && !this.#hasEnded; heard--) this.#hear(nowMs);
    this.#report(frames, nowMs);
    if (this.#drain.hasDrained(this.waitingSamples)) this.#listener?.drained();
    this.#watch(nowMs);
  }

  /** On hold what comes is music at best. */
  #hear(nowMs: number): void {
    const frame = this.#receiver.frame(nowMs);
    this.#listener?.heard(this.#way?.sends === true ? frame : this.#silence());
  }

  #send({ sent, skipped }: Due): void {
    this.#sender.skip(skipped);
    for (let left = sent; left > 0 && !this.#hasEnded; left--) this.#sendNext();
  }

  #sendNext(): void {
    if (this.#way === null || this.#latch === null) return;
    const { seal, port } = this.#options;
    const frame = this.#queue.frame();
    const packet = this.#sender.packet(frame?.audio ?? this.#silence(), this.#way.payloadType);
    port.sendSound(seal?.sound(packet) ?? packet, this.#latch.target);
    for (const { key, bytes, before } of frame?.spans ?? [])
      this.#listener?.played(key, (before + bytes) * samplesPerByte);
  }

  #report(frames: number, nowMs: number): void {
    this.#sinceReport += frames;
    if (this.#sinceReport < framesPerReport || this.#hasEnded || this.#way === null || this.#latch === null) return;
    this.#sinceReport = 0;
    const { seal, port } = this.#options;
    const report = this.#reporter.report(nowMs);
    const { place, controlPort } = this.#way;
    const { address, port: heardPort } = this.#latch.target;
    const isSaid = heardPort === place.port && address === place.address;
    port.sendControl(seal?.control(report) ?? report, { address, port: isSaid ? controlPort : heardPort + 1 });
  }

  #came(sealed: Uint8Array, from: MediaPlace): void {
    if (this.#hasEnded || this.#way === null || this.#latch === null) return;
    const { unseal, payloadType, keys } = this.#way;
    const bytes = unseal === null ? sealed : unseal.sound(sealed);
    const packet = bytes === null ? null : parseRtp(bytes);
    if (packet === null || !isOf(packet, this.#way)) return;
    const nowMs = this.#options.pulse.now();
    if (!this.#latch.takes(from, nowMs, unseal !== null)) return;
    this.#heardMs = nowMs;
    if (packet.payloadType === payloadType) this.#receiver.put(packet, nowMs);
    else this.#receiver.pass(packet);
    if (packet.payloadType === keys) this.#keyed(packet, nowMs);
  }

  #keyed({ timestamp, payload }: RtpPacket, nowMs: number): void {
    this.#hasKeyPackets = true;
    const key = this.#presses.put(timestamp, payload, nowMs);
    if (key !== null) this.#listener?.pressed?.(key);
  }

  /** Reports of who is silent tell that it is still there. */
  #controlled(sealed: Uint8Array, from: MediaPlace): void {
    if (this.#hasEnded || this.#way === null || this.#latch === null) return;
    const { unseal } = this.#way;
    const bytes = unseal === null ? sealed : unseal.control(sealed);
    if (bytes === null || from.address !== this.#latch.target.address) return;
    this.#heardMs = this.#options.pulse.now();
    this.#reporter.came(bytes, this.#heardMs);
  }

  #watch(nowMs: number): void {
    if (this.#hasEnded || this.#way === null) return;
    const isOnHold = !this.#way.receives || !this.#way.sends;
    if (isOnHold) this.#heardMs = nowMs;
    else if (nowMs - this.#heardMs >= deadMs) this.#options.lost('no sound has come for half a minute');
  }
}

/** Whether a packet is one that a telephone sends beside its sound, or of that. */
function isOf({ payloadType }: RtpPacket, way: RtpWay): boolean {
  return payloadType === way.payloadType || payloadType === way.keys || payloadType === comfortNoise;
}
