import type { AudioFormatName } from '../../audio/node/index.ts';
import type { Vad } from '../../engines/contract.ts';
import type { Clock } from '../clock.ts';
import { createVadWindows, type JudgedWindow, type VadWindows } from './vad-windows.ts';

export interface HearingOptions {
  readonly clock: Clock;
  readonly feed: (input: { readonly at: number; readonly from: 'vad' } & JudgedWindow) => void;
  readonly defer: (task: () => void) => void;
}

/** Lets the vad hear a session's input audio, and tells the session how it judged each window. */
export class Hearing {
  readonly #windows: VadWindows;
  readonly #options: HearingOptions;

  constructor(vad: Vad, options: HearingOptions) {
    this.#windows = createVadWindows(vad);
    this.#options = options;
  }

  /** What comes from now on begins at this tick of the audio clock. */
  begin(atTick: number): void {
    this.#windows.begin(atTick);
  }

  /** Audio that the vad shall hear; it follows what came before. */
  hear(audio: Uint8Array, format: AudioFormatName): void {
    this.#windows.hear(audio, format);
    this.#options.defer(this.#judge);
  }

  /** Audio that it shall not hear: only the clock goes on. */
  skip(audio: Uint8Array, format: AudioFormatName): void {
    this.#windows.skip(audio, format);
  }

  reset(): void {
    this.#windows.reset();
  }

  /** One window at a time, so that what a turn leads to is under way before the next window is heard. */
  readonly #judge = (): void => {
    const judged = this.#windows.next();
    if (judged === null) return;
    const { clock, feed, defer } = this.#options;
    defer(this.#judge);
    feed({ at: clock.now(), from: 'vad', ...judged });
  };
}
