/** Listens to the part of a sound where voices are: 150 Hz to 3.5 kHz. */
export interface VoiceBand {
  /** The mean power, relative to full scale, of the samples from one index to before another. Takes them in order. */
  power(samples: Int16Array, from: number, to: number): number;
}

const lowestHz = 150;
const highestHz = 3500;

const fullScale = 32768 ** 2;

/** Rates from here on are halved first: the band needs no more, and half the samples take half the time. */
const halvedFromHz = 16_000;

/** A second-order Butterworth high pass, which also takes away DC and most of a mains hum, and a first-order low pass. */
export function voiceBand(givenRate: number): VoiceBand {
  const taken = givenRate < halvedFromHz ? 1 : 2;
  const sampleRate = givenRate / taken;
  const { b0, b1, a1, a2 } = highPass(lowestHz / sampleRate);
  const smoothing = Math.exp((-2 * Math.PI * Math.min(highestHz, sampleRate / 2)) / sampleRate);
  const memory = new Float64Array(3);
  return {
    power(samples, from, to) {
      // Locals, since a variable that a closure keeps costs an allocation for each number put into it.
      let [s1 = 0, s2 = 0, band = 0] = memory;
      let sum = 0;
      for (let i = from; i < to; i += taken) {
        const x = ((samples[i] ?? 0) + (samples[i + taken - 1] ?? 0)) / 2;
        const high = b0 * x + s1;
        s1 = b1 * x - a1 * high + s2;
        s2 = b0 * x - a2 * high;
        band = high + smoothing * (band - high);
        sum += band * band;
      }
      memory[0] = audible(s1);
      memory[1] = audible(s2);
      memory[2] = audible(band);
      return (sum * taken) / (to - from) / fullScale;
    },
  };
}

/** In silence a filter's memory fades into numbers so small that a processor takes twenty times as long over them. */
function audible(value: number): number {
  return Math.abs(value) < 1e-9 ? 0 : value;
}

/** The bilinear transform of the Butterworth high pass; `turn` is the corner as a share of the sampling rate. */
function highPass(turn: number): {
  readonly b0: number;
  readonly b1: number;
  readonly a1: number;
  readonly a2: number;
} {
  const k = Math.tan(Math.PI * turn);
  const norm = 1 / (1 + Math.SQRT2 * k + k * k);
  return { b0: norm, b1: -2 * norm, a1: 2 * (k * k - 1) * norm, a2: (1 - Math.SQRT2 * k + k * k) * norm };
}
