import { type AudioFormatName, audioFormats, decodeSamples } from '../../audio/node/index.ts';
import { bytesToTicks } from '../../core/audio-clock.ts';
import type { Detector, Ears } from '../../engines/contract.ts';

/** A window as the detector judged it, placed on the session's audio clock. */
export interface JudgedWindow {
  readonly endTick: number;
  readonly windowTicks: number;
  readonly probability: number;
}

/** Cuts appended audio into the detector's windows, whatever the sizes of the appends. */
export interface Listening {
  /** Audio that the detector shall hear; it follows what was stored before. */
  hear(audio: Uint8Array, format: AudioFormatName): void;
  /** Audio that it shall not hear: only the clock goes on. */
  skip(audio: Uint8Array, format: AudioFormatName): void;
  /** The next whole window, judged; null when less than one waits. */
  next(): JudgedWindow | null;
  reset(): void;
}

export function createListening(detector: Detector): Listening {
  return new Cutter(detector);
}

class Cutter implements Listening {
  readonly #detector: Detector;
  #ears: { readonly format: AudioFormatName; readonly ears: Ears } | null = null;
  #window = new Int16Array(0);
  #filled = 0;
  #waiting: Int16Array[] = [];
  #taken = 0;
  /** Where on the audio clock the stored audio ends, and where the windows cut so far end. */
  #endTick = 0;
  #cutTick = 0;

  constructor(detector: Detector) {
    this.#detector = detector;
  }

  hear(audio: Uint8Array, format: AudioFormatName): void {
    if (this.#ears?.format !== format) this.#open(format);
    this.#endTick += bytesToTicks(audio.byteLength, format);
    this.#waiting.push(decodeSamples(audio, format));
  }

  skip(audio: Uint8Array, format: AudioFormatName): void {
    this.#endTick += bytesToTicks(audio.byteLength, format);
    this.#cutTick = this.#endTick;
  }

  next(): JudgedWindow | null {
    if (this.#ears === null || !this.#fill()) return null;
    const { ears, format } = this.#ears;
    const windowTicks = (ears.windowSamples * 24_000) / audioFormats[format].sampleRate;
    this.#filled = 0;
    this.#cutTick += windowTicks;
    return { endTick: this.#cutTick, windowTicks, probability: ears.probability(this.#window) };
  }

  reset(): void {
    this.#filled = 0;
    this.#waiting = [];
    this.#taken = 0;
    this.#cutTick = this.#endTick;
    this.#ears?.ears.reset();
  }

  #open(format: AudioFormatName): void {
    const ears = this.#detector(audioFormats[format].sampleRate);
    this.#ears = { format, ears };
    this.#window = new Int16Array(ears.windowSamples);
    this.reset();
  }

  /** Moves waiting samples into the window; true once it is full. */
  #fill(): boolean {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const count = Math.min(first.length - this.#taken, this.#window.length - this.#filled);
      this.#window.set(first.subarray(this.#taken, this.#taken + count), this.#filled);
      this.#filled += count;
      this.#taken += count;
      if (this.#taken === first.length) {
        this.#waiting.shift();
        this.#taken = 0;
      }
      if (this.#filled === this.#window.length) return true;
    }
    return false;
  }
}
