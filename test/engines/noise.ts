/** Pink noise of an RMS in units of a sample: the same seed, the same samples. */
export function pinkNoise(length: number, rms: number, seed: number): Float64Array {
  const white = whiteNoise(seed);
  const noise = new Float64Array(length);
  // One-pole filters an octave or two apart add up to −3 dB an octave within half a decibel (P. Kellet's weights).
  let [a, b, c] = [0, 0, 0];
  for (let i = 0; i < length; i++) {
    const w = white();
    a = 0.99765 * a + w * 0.099046;
    b = 0.963 * b + w * 0.2965164;
    c = 0.57 * c + w * 1.0526913;
    noise[i] = a + b + c + w * 0.1848;
  }
  const scale = rms / rmsOf(noise);
  return noise.map((sample) => sample * scale);
}

export function rmsOf(samples: Float64Array | Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / samples.length);
}

/** Uniform noise of −1 … 1 from a 32-bit xorshift generator. */
export function whiteNoise(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 2 ** 31;
  };
}
