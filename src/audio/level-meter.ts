/** Loudness over a stretch of sound, in dBFS: 0 is full scale, silence is −Infinity. */
export interface Level {
  readonly rmsDb: number;
  readonly peakDb: number;
}

/** The level of silence. */
export const silence: Level = { rmsDb: -Infinity, peakDb: -Infinity };

/** Measures loudness from one look to the next. */
export interface LevelMeter {
  /** Takes samples of −1 … 1. */
  add(samples: Float32Array): void;
  /** The level of all that was added since the last `take`; silence where that is nothing. */
  take(): Level;
}

export function createLevelMeter(): LevelMeter {
  let squares = 0;
  let peak = 0;
  let count = 0;
  return {
    add(samples) {
      for (const sample of samples) {
        squares += sample * sample;
        peak = Math.max(peak, Math.abs(sample));
      }
      count += samples.length;
    },
    take() {
      const level = count === 0 ? silence : { rmsDb: 10 * Math.log10(squares / count), peakDb: 20 * Math.log10(peak) };
      squares = 0;
      peak = 0;
      count = 0;
      return level;
    },
  };
}
