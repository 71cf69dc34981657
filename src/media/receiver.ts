import type { Framer } from '../audio/framer.ts';
import type { FrameDecoder, FrameForm } from './codec.ts';
import { JitterBuffer, type ReceptionStatistics } from './jitter-buffer.ts';
import type { Reception } from './packet-source.ts';
import type { RtpPacket } from './rtp.ts';

/** Frames in a row that are made up where nothing comes; after them there is silence. */
const maxMadeUp = 3;
/** Below this level, in dBFS, a frame may be left out to catch up: nobody said anything in it. */
const quietLevel = -45;

/**
 * The sound of one call as it is heard here: packets in as they come, and out of them one frame for each 20 ms that pass,
 * whatever comes, so that the sound's time is the wall's.
 */
export class Receiver<Sound = Int16Array> {
  readonly #decoder: FrameDecoder<Sound>;
  readonly #form: FrameForm<Sound>;
  readonly #buffer: JitterBuffer;
  readonly #framer: Framer<Sound>;
  /** Frames that are whole, before their turn: a packet may hold several. */
  readonly #frames: Sound[] = [];
  #madeUp = maxMadeUp;

  /** `clockRate`: ticks per second of the packets' timestamps. */
  constructor(decoder: FrameDecoder<Sound>, form: FrameForm<Sound>, clockRate: number) {
    this.#decoder = decoder;
    this.#form = form;
    this.#framer = form.framer();
    this.#buffer = new JitterBuffer({ clockRate, ticksOf: (payload) => decoder.ticksOf(payload) });
  }

  /** A packet has come at this moment of a clock that never goes back. */
  put(packet: RtpPacket, atMs: number): void {
    this.#buffer.put(packet, atMs);
  }

  /** A packet has come in which there is no sound, but a key that was pressed. */
  pass(packet: RtpPacket): void {
    this.#buffer.pass(packet);
  }

  /** The next 20 ms. */
  frame(nowMs: number): Sound {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame !== undefined) return frame;
      this.#frames.push(...this.#framer.push(this.#next(nowMs)));
    }
  }

  /** What came of the source that speaks now; null before its first packet. */
  get reception(): Reception | null {
    return this.#buffer.reception;
  }

  get statistics(): ReceptionStatistics {
    return this.#buffer.statistics;
  }

  #next(nowMs: number): Sound {
    const taken = this.#buffer.take(nowMs);
    switch (taken.kind) {
      case 'payload':
        return this.#hear(taken.payload, nowMs);
      case 'lost':
        return this.#makeUp(taken.ticks, taken.following);
      case 'nothing':
        return this.#makeUp(this.#buffer.usualTicks, null);
      default:
        return taken satisfies never;
    }
  }

  /** A payload that is none sounds like one that never came. */
  #hear(payload: Uint8Array, nowMs: number): Sound {
    const sound = this.#attempt(() => this.#decoder.decode(payload));
    if (sound === null) return this.#makeUp(this.#decoder.ticksOf(payload), null);
    this.#madeUp = 0;
    const isNeedless = this.#buffer.isAhead(nowMs) && this.#form.level(sound) < quietLevel;
    return isNeedless ? this.#next(nowMs) : sound;
  }

  #makeUp(ticks: number, following: Uint8Array | null): Sound {
    if (this.#madeUp >= maxMadeUp) return this.#form.silence();
    this.#madeUp += 1;
    return this.#attempt(() => this.#decoder.conceal(ticks, following)) ?? this.#form.silence();
  }

  #attempt(make: () => Sound): Sound | null {
    try {
      return make();
    } catch {
      return null; // a peer's bad payload is no failure of ours
    }
  }
}
