import { type AudioFormatName, audioFormats, decodeSamples } from '../../audio/node/index.ts';
import { bytesToTicks } from '../../core/audio-clock.ts';
import type { Vad, VadSession } from '../../engines/contract.ts';

/** A window as the vad judged it, placed on the session's audio clock. */
export interface JudgedWindow {
  readonly endTick: number;
  readonly windowTicks: number;
  readonly probability: number;
}

/** Cuts appended audio into the vad's windows, whatever the sizes of the appends. */
export interface VadWindows {
  /** What comes from now on begins at this tick. */
  begin(atTick: number): void;
  /** Audio that the vad shall hear; it follows what was stored before. */
  hear(audio: Uint8Array, format: AudioFormatName): void;
  /** Audio that it shall not hear: only the clock goes on. */
  skip(audio: Uint8Array, format: AudioFormatName): void;
  /** The next whole window, judged; null when less than one waits. */
  next(): JudgedWindow | null;
  reset(): void;
}

export function createVadWindows(vad: Vad): VadWindows {
  return new Cutter(vad);
}

class Cutter implements VadWindows {
  readonly #vad: Vad;
  #opened: { readonly format: AudioFormatName; readonly session: VadSession } | null = null;
  #window = new Int16Array(0);
  #filled = 0;
  #waiting: Int16Array[] = [];
  #taken = 0;
  /** Where on the audio clock the stored audio ends, and where the windows cut so far end. */
  #endTick = 0;
  #cutTick = 0;

  constructor(vad: Vad) {
    this.#vad = vad;
  }

  begin(atTick: number): void {
    this.#endTick = atTick;
    this.reset();
  }

  hear(audio: Uint8Array, format: AudioFormatName): void {
    if (this.#opened?.format !== format) this.#open(format);
    this.#endTick += bytesToTicks(audio.byteLength, format);
    this.#waiting.push(decodeSamples(audio, format));
  }

  skip(audio: Uint8Array, format: AudioFormatName): void {
    this.#endTick += bytesToTicks(audio.byteLength, format);
    this.#cutTick = this.#endTick;
  }

  next(): JudgedWindow | null {
    if (this.#opened === null || !this.#fill()) return null;
    const { session, format } = this.#opened;
    const windowTicks = (session.windowSamples * 24_000) / audioFormats[format].sampleRate;
    this.#filled = 0;
    this.#cutTick += windowTicks;
    return { endTick: this.#cutTick, windowTicks, probability: session.probability(this.#window) };
  }

  reset(): void {
    this.#filled = 0;
    this.#waiting = [];
    this.#taken = 0;
    this.#cutTick = this.#endTick;
    this.#opened?.session.reset();
  }

  #open(format: AudioFormatName): void {
    const session = this.#vad(audioFormats[format].sampleRate);
    this.#opened = { format, session };
    this.#window = new Int16Array(session.windowSamples);
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
