import { PieceQueue } from './piece-queue.ts';
import { PlayedItems, type PlayedSound, type SoundKey } from './played-items.ts';
import { createResampler, type Resampler } from './resample.ts';

export interface PlayerOptions {
  /** Samples per second of what is given to play. */
  readonly fromRate: number;
  /** Frames per second of the output. */
  readonly toRate: number;
  /** How long sound takes to die away when it is cut, so that it does not click. Default 5. */
  readonly fadeMs?: number;
  /** Samples that may wait. A part that goes past this is cut. Default: ten minutes. */
  readonly maxWaitingSamples?: number;
}

/** What became of samples given to play: they wait, their part was cut before, or it is cut now for want of room. */
export type Reception = 'waits' | 'cut' | 'full';

/** Silence within a part that had more to say. */
export interface Underruns {
  readonly count: number;
  /** Frames of that silence. */
  readonly frames: number;
}

const defaultFadeMs = 5;
const defaultWaitingSeconds = 600;
const nothing = new Int16Array(0);

/**
 * Plays the sound of items one after the other on an output that asks for frames whenever it needs them. Pure: what
 * the output asks for is its only clock. Samples wait as they came and are resampled when they are needed, so that a
 * minute of 24 kHz sound takes 2.9 MB whatever the rate of the output.
 *
 * Pieces of any size join without a gap. Where the next piece is late there is silence, and an under-run is counted
 * when the same part goes on after it.
 */
export class Player {
  readonly #rates: { readonly from: number; readonly to: number };
  readonly #fadeFrames: number;
  readonly #maxWaiting: number;
  readonly #items: PlayedItems;
  readonly #queue = new PieceQueue();
  #resampler: Resampler<Int16Array>;
  /** The stretch of sound without a gap that goes on: the frame where it began, and the samples it has taken. */
  #stream: { readonly frame: number; samples: number } | null = null;
  /** What has been resampled, and how much of it was given out. */
  #ready: Int16Array = nothing;
  #given = 0;
  /** The end of what was cut, dying away. */
  #tail = new Float32Array(0);
  /** All frames that the output was given. */
  #frames = 0;
  /** Where the sound of the last stream ended; null while it sounds. */
  #endFrame: number | null = 0;
  #lastKey: SoundKey | null = null;
  #underruns: Underruns = { count: 0, frames: 0 };

  /** Throws a RangeError for a pair of rates that the resampler does not take. */
  constructor({ fromRate, toRate, fadeMs = defaultFadeMs, maxWaitingSamples }: PlayerOptions) {
    this.#rates = { from: fromRate, to: toRate };
    this.#fadeFrames = Math.round((fadeMs * toRate) / 1000);
    this.#maxWaiting = maxWaitingSamples ?? defaultWaitingSeconds * fromRate;
    this.#items = new PlayedItems(fromRate, toRate);
    this.#resampler = createResampler(fromRate, toRate);
  }

  get waitingSamples(): number {
    return this.#queue.samples;
  }

  /** True while there is sound to give out. */
  get isSounding(): boolean {
    return this.#queue.samples + this.#tail.length > 0 || this.#stream !== null || this.#given < this.#ready.length;
  }

  get underruns(): Underruns {
    return this.#underruns;
  }

  /** Takes more sound of a part. The player keeps the array. */
  play(key: SoundKey, samples: Int16Array): Reception {
    if (this.#items.isCut(key)) return 'cut';
    if (this.#queue.samples + samples.length > this.#maxWaiting) {
      this.#items.cut(key);
      return 'full';
    }
    this.#items.receive(key, samples.length);
    this.#queue.add({ key, samples });
    return 'waits';
  }

  /** Fills the output's next frames, −1 … 1: with sound, and with silence where there is none. */
  render(output: Float32Array): void {
    output.fill(0, this.#fill(output));
    this.#frames += output.length;
  }

  /**
   * How far each part has come when all but the last `delayFrames` of the frames given out have been heard. Parts come
   * in the order of their first sound; the oldest of more than 64 are forgotten.
   */
  positions(delayFrames = 0): PlayedSound[] {
    return this.#items.at(this.#frames - delayFrames);
  }

  /** Stops at once: what sounds dies away, what waits is dropped, and so is what comes later of the parts known. */
  clear(): void {
    const tail = new Float32Array(this.#fadeFrames);
    const sounds = this.#stream !== null || this.#given < this.#ready.length;
    const length = sounds ? this.#fill(tail) : this.#takeTail(tail);
    for (let i = 0; i < length; i++) tail[i] = (tail[i] ?? 0) * (1 - (i + 1) / tail.length);
    this.#tail = tail.slice(0, length);
    this.#queue.clear();
    this.#resampler = createResampler(this.#rates.from, this.#rates.to);
    this.#stream = null;
    this.#ready = nothing;
    this.#given = 0;
    this.#endFrame = this.#frames;
    this.#lastKey = null;
    this.#items.cutAt(this.#frames);
  }

  /** Writes what there is of sound; gives the place after it. */
  #fill(output: Float32Array): number {
    let at = this.#takeTail(output);
    while (at < output.length) {
      if (this.#given === this.#ready.length && !this.#pull(output.length - at, this.#frames + at)) break;
      const piece = this.#ready.subarray(this.#given, this.#given + output.length - at);
      for (let i = 0; i < piece.length; i++) output[at + i] = (piece[i] ?? 0) / 32768;
      this.#given += piece.length;
      at += piece.length;
    }
    return at;
  }

  #takeTail(output: Float32Array): number {
    const part = this.#tail.subarray(0, output.length);
    output.set(part);
    this.#tail = this.#tail.subarray(part.length);
    return part.length;
  }

  /** Resamples what about `frames` frames need, the first of them being number `frame`; false if no sound is left. */
  #pull(frames: number, frame: number): boolean {
    const piece = this.#queue.take(Math.ceil((frames * this.#rates.from) / this.#rates.to));
    this.#given = 0;
    if (piece === null) return this.#endStream(frame);
    this.#stream ??= this.#beginStream(piece.key, frame);
    this.#items.place(piece.key, piece.samples.length, this.#stream.frame, this.#stream.samples);
    this.#stream.samples += piece.samples.length;
    this.#lastKey = piece.key;
    this.#ready = this.#resampler.push(piece.samples);
    return true;
  }

  #beginStream(key: SoundKey, frame: number): { frame: number; samples: number } {
    const gap = frame - (this.#endFrame ?? frame);
    const goesOn = this.#lastKey?.itemId === key.itemId && this.#lastKey.contentIndex === key.contentIndex;
    if (goesOn && gap > 0) this.#underruns = { count: this.#underruns.count + 1, frames: this.#underruns.frames + gap };
    this.#endFrame = null;
    return { frame, samples: 0 };
  }

  /** The last sound of a stream comes out of the resampler when silence follows. */
  #endStream(frame: number): boolean {
    const ended = this.#stream !== null;
    this.#ready = ended ? this.#resampler.flush() : nothing;
    if (!ended) this.#endFrame ??= frame;
    this.#stream = null;
    return ended;
  }
}
