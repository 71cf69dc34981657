import { noiseFloor } from '../noise-floor.ts';
import { voiceBand } from '../voice-band.ts';

/** Tells where nothing but the noise of the room, or nothing at all, can be heard. */
export interface Quiet {
  /** Takes the next window of 32 ms; gives how many windows in a row, this one included, were no louder than the noise. */
  follow(window: Int16Array): number;
}

/** Up to this above the level of the noise is no louder than the noise: its own level goes up and down. */
const marginDb = 3;

const silenceDb = -100;

/** The level of the noise is found as the energy vad finds it; with its longer windows, the least of the last 5 s. */
export function createQuiet(sampleRate: number): Quiet {
  const band = voiceBand(sampleRate);
  const floor = noiseFloor();
  let windows = 0;
  return {
    follow(window) {
      const levelDb = Math.max(silenceDb, 10 * Math.log10(band.power(window, 0, window.length)));
      windows = levelDb - floor.follow(levelDb) < marginDb ? windows + 1 : 0;
      return windows;
    },
  };
}
