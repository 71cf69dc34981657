import type { Vad } from './contract.ts';
import { noiseFloor } from './noise-floor.ts';
import { voiceBand } from './voice-band.ts';

const windowMs = 20;
const sliceMs = 5;

/** The level is taken over the last 40 ms. */
const slicesHeard = 8;

/** Of those, the loudest quarter does not count: a click that falls between two slices, and its ringing. */
const shareCounted = 0.75;

/** How far above the noise speech is as likely as not, and how much more makes it e times as likely as before. */
const evenMarginDb = 4.5;
const slopeDb = 2;

/** Below this nothing is speech, whatever the noise: a line that carries only its own hiss. */
const faintestDb = -55;

const silenceDb = -100;

/**
 * Hears speech by loudness: the level in the band of the voice, against the level of the noise, which it follows. It
 * needs no model and takes a few microseconds a window. What it cannot do is tell speech from other sounds that
 * come and go: music, a door, another voice.
 */
export const energyVad: Vad = (sampleRate) => {
  const windowSamples = Math.round((sampleRate * windowMs) / 1000);
  const sliceSamples = Math.round((sampleRate * sliceMs) / 1000);
  const slices = new Float64Array(slicesHeard);
  const sorted = new Float64Array(slicesHeard);
  let heard = 0;
  let band = voiceBand(sampleRate);
  let floor = noiseFloor();

  function hearSlices(window: Int16Array): void {
    for (let from = 0; from < window.length; from += sliceSamples) {
      slices[heard % slicesHeard] = band.power(window, from, Math.min(from + sliceSamples, window.length));
      heard += 1;
    }
  }

  /** The mean power of the slices that count, in dB relative to full scale. */
  function level(): number {
    const known = Math.min(heard, slicesHeard);
    const counted = Math.ceil(known * shareCounted);
    sorted.set(slices);
    sorted.subarray(0, known).sort();
    let sum = 0;
    for (let i = 0; i < counted; i++) sum += sorted[i] ?? 0;
    return Math.max(silenceDb, 10 * Math.log10(sum / counted));
  }

  return {
    windowSamples,
    probability(window) {
      hearSlices(window);
      const levelDb = level();
      const aboveDb = levelDb - floor.follow(levelDb);
      return levelDb < faintestDb ? 0 : 1 / (1 + Math.exp((evenMarginDb - aboveDb) / slopeDb));
    },
    reset() {
      heard = 0;
      band = voiceBand(sampleRate);
      floor = noiseFloor();
    },
  };
};
