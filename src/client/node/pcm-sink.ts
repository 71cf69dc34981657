import { Readable } from 'node:stream';
import { type AudioFormatName, audioFormats, encodeSamples } from '../../audio/format.ts';
import { float32ToInt16 } from '../../audio/pcm16.ts';
import { changedSounds, type PlayedSound } from '../../audio/played-items.ts';
import { Player } from '../../audio/player.ts';
import { type Clock, systemClock } from '../clock.ts';
import { guarded, reportHandlerError } from '../events/listeners.ts';

/** What the bytes that come out are, and how far ahead of time they come. */
export interface PcmSinkOptions {
  /** Samples per second of what is given to play. Default 24,000; G.711 has 8,000. */
  readonly sampleRate?: number;
  /** What the bytes that come out are. Default `audio/pcm`. */
  readonly format?: AudioFormatName;
  /** Samples per second of the bytes. Default: the format's own, 24,000 or 8,000. */
  readonly outputRate?: number;
  /**
   * How far ahead of time bytes come out, in milliseconds: enough for the player to have something to play, and little,
   * since what has come out can't be taken back. Default 100.
   */
  readonly leadMs?: number;
  /** From a byte being due until it is heard, in milliseconds: what the player itself holds back. Default 0. */
  readonly delayMs?: number;
  /** Sound that may wait to be played; a part that goes past it is cut. Default ten minutes. */
  readonly maxWaitingMs?: number;
  /** Told every 20 ms which parts have come further. */
  readonly onPlayed?: (parts: readonly PlayedSound[]) => unknown;
  /** Default: the machine's. */
  readonly clock?: Clock;
}

/** Plays items on the clock: bytes for a program that plays them, such as `aplay` or `ffplay`. */
export interface PcmSink {
  /**
   * The bytes, in time with the clock, silence between the sounds. While they are not read, time stands still: nothing
   * gathers, and nothing counts as heard.
   */
  readonly readable: Readable;
  /** The newest parts, the oldest first, and how much of each has been heard by now. */
  readonly positions: readonly PlayedSound[];
  /** Sound that has not come out yet. */
  readonly isPlaying: boolean;
  /** Adds sound: pieces of any size, one part after the other. What comes of a part that was cleared is dropped. */
  play(itemId: string, contentIndex: number, samples: Int16Array): void;
  /** Drops what has not come out, and what still comes of the parts known by now. Gives how far each had been heard. */
  clear(): readonly PlayedSound[];
  /** Ends the bytes once all has been played. */
  end(): void;
  /** Ends the bytes at once. Idempotent. */
  close(): void;
}

const tickMs = 20;
const defaultSampleRate = 24_000;
const defaultLeadMs = 100;
const defaultWaitingMs = 600_000;

/** Makes a sink. Throws a RangeError for rates that do not go together. */
export function pcmSink(options: PcmSinkOptions = {}): PcmSink {
  return new ClockedSink(options);
}

class ClockedSink implements PcmSink {
  readonly readable: Readable;
  readonly #format: AudioFormatName;
  readonly #rate: number;
  readonly #leadFrames: number;
  readonly #delayFrames: number;
  readonly #player: Player;
  readonly #clock: Clock;
  readonly #onPlayed: PcmSinkOptions['onPlayed'];
  /** Frames that have come out. */
  #frames = 0;
  /** A moment of the clock, and the frame that was due then. */
  #mark: { readonly ms: number; readonly frame: number };
  #told: readonly PlayedSound[] = [];
  #cancelTick: (() => void) | null = null;
  #isRead = false;
  #isEnding = false;
  #isOver = false;

  constructor(options: PcmSinkOptions) {
    const { sampleRate = defaultSampleRate, format = 'audio/pcm', clock = systemClock } = options;
    const { leadMs = defaultLeadMs, delayMs = 0, maxWaitingMs = defaultWaitingMs } = options;
    this.#format = format;
    this.#rate = options.outputRate ?? audioFormats[format].sampleRate;
    this.#clock = clock;
    this.#onPlayed = options.onPlayed;
    this.#mark = { ms: clock.now(), frame: 0 };
    this.#leadFrames = this.#framesIn(leadMs);
    this.#delayFrames = this.#framesIn(delayMs);
    const maxWaitingSamples = Math.round((maxWaitingMs * sampleRate) / 1000);
    this.#player = new Player({ fromRate: sampleRate, toRate: this.#rate, maxWaitingSamples });
    this.readable = new Readable({
      highWaterMark: this.#bytesOf(this.#leadFrames),
      read: () => this.#wanted(),
      destroy: (error, done) => {
        this.#stop();
        done(error);
      },
    });
  }

  get positions(): readonly PlayedSound[] {
    const readFrames = this.#frames - this.readable.readableLength / this.#bytesOf(1);
    const heardFrames = Math.min(this.#dueFrames() - this.#delayFrames, readFrames);
    return this.#player.positions(this.#frames - heardFrames);
  }

  get isPlaying(): boolean {
    return this.#player.isSounding;
  }

  play(itemId: string, contentIndex: number, samples: Int16Array): void {
    if (!this.#isOver && !this.#isEnding) this.#player.play({ itemId, contentIndex }, new Int16Array(samples));
  }

  clear(): readonly PlayedSound[] {
    const heard = this.positions;
    this.#player.clear();
    return heard.map((sound) => ({ ...sound, isCut: true }));
  }

  end(): void {
    this.#isEnding = true;
    if (!this.isPlaying) this.close();
  }

  close(): void {
    if (this.#isOver) return;
    this.#stop();
    this.readable.push(null);
  }

  #stop(): void {
    this.#isOver = true;
    this.#cancelTick?.();
  }

  #wanted(): void {
    this.#isRead = true;
    if (this.#cancelTick === null && !this.#isOver) this.#tick();
  }

  /** Gives out what is due by now and the lead, and comes again. */
  readonly #tick = (): void => {
    if (this.#dueFrames() > this.#frames) this.#mark = { ms: this.#clock.now(), frame: this.#frames };
    if (this.#isRead) this.#giveOut(Math.round(this.#dueFrames()) + this.#leadFrames - this.#frames);
    this.#tell();
    if (this.#isEnding && !this.isPlaying) this.close();
    if (!this.#isOver) this.#cancelTick = this.#clock.after(tickMs, this.#tick);
  };

  #giveOut(frames: number): void {
    if (frames <= 0) return;
    const output = new Float32Array(frames);
    this.#player.render(output);
    this.#frames += frames;
    this.#isRead = this.readable.push(encodeSamples(float32ToInt16(output), this.#format));
  }

  #tell(): void {
    const before = this.#told;
    this.#told = this.positions;
    const changed = changedSounds(before, this.#told);
    if (changed.length > 0) guarded(() => this.#onPlayed?.(changed), reportHandlerError);
  }

  /** The frame that is due now, with its fraction. */
  #dueFrames(): number {
    return this.#mark.frame + ((this.#clock.now() - this.#mark.ms) * this.#rate) / 1000;
  }

  #framesIn(ms: number): number {
    return Math.round((ms * this.#rate) / 1000);
  }

  #bytesOf(frames: number): number {
    return frames * audioFormats[this.#format].bytesPerSample;
  }
}
