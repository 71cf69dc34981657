/**
 * G.711 µ-law and A-law, one byte per sample. The codec is a pair of tables per law, made from the formulas below.
 * Encoding looks up the magnitude, so that both signs are treated alike: a sample right on the border of two steps
 * takes the greater one. (The reference tool of ITU-T G.191 takes the lesser one where the sample is negative.)
 */

const ulawBytes = Uint8Array.from({ length: 8193 }, (_, i) => ulawFromMagnitude(i << 2));
const alawBytes = Uint8Array.from({ length: 2049 }, (_, i) => alawFromMagnitude(i << 4));
const ulawSamples = Int16Array.from({ length: 256 }, (_, byte) => sampleFromUlaw(byte));
const alawSamples = Int16Array.from({ length: 256 }, (_, byte) => sampleFromAlaw(byte));

/** µ-law bytes of samples. */
export function samplesToUlaw(samples: Int16Array): Uint8Array {
  return compressAll(samples, ulawBytes, 2);
}

/** Samples of µ-law bytes. */
export function ulawToSamples(bytes: Uint8Array): Int16Array {
  return expandAll(bytes, ulawSamples);
}

/** A-law bytes of samples. */
export function samplesToAlaw(samples: Int16Array): Uint8Array {
  return compressAll(samples, alawBytes, 4);
}

/** Samples of A-law bytes. */
export function alawToSamples(bytes: Uint8Array): Int16Array {
  return expandAll(bytes, alawSamples);
}

/** The µ-law byte of one 16-bit sample. */
export function sampleToUlaw(sample: number): number {
  return compress(sample, ulawBytes, 2);
}

/** The 16-bit sample of one µ-law byte. */
export function ulawToSample(byte: number): number {
  return ulawSamples[byte] ?? 0;
}

/** The A-law byte of one 16-bit sample. */
export function sampleToAlaw(sample: number): number {
  return compress(sample, alawBytes, 4);
}

/** The 16-bit sample of one A-law byte. */
export function alawToSample(byte: number): number {
  return alawSamples[byte] ?? 0;
}

/** `sign` is −1 or 0: speech changes sign too often for a branch to be foreseen. */
function compress(sample: number, bytesOfMagnitude: Uint8Array, shift: number): number {
  const sign = sample >> 31;
  return (bytesOfMagnitude[((sample ^ sign) - sign) >> shift] ?? 0) & ~(sign & 0x80);
}

/** `compress`, written out: as a call it takes three times as long until the engine has it optimised fully. */
function compressAll(samples: Int16Array, bytesOfMagnitude: Uint8Array, shift: number): Uint8Array {
  const bytes = new Uint8Array(samples.length);
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i] ?? 0;
    const sign = sample >> 31;
    bytes[i] = (bytesOfMagnitude[((sample ^ sign) - sign) >> shift] ?? 0) & ~(sign & 0x80);
  }
  return bytes;
}

function expandAll(bytes: Uint8Array, sampleOfByte: Int16Array): Int16Array {
  const samples = new Int16Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) samples[i] = sampleOfByte[bytes[i] ?? 0] ?? 0;
  return samples;
}

/** With 132 added, each of the eight segments starts at a power of two and holds sixteen equal steps. */
function ulawFromMagnitude(magnitude: number): number {
  const biased = Math.min(magnitude, 32635) + 132;
  const segment = 24 - Math.clz32(biased);
  return ~((segment << 4) | ((biased >> (segment + 3)) & 0x0f)) & 0xff;
}

function sampleFromUlaw(byte: number): number {
  const segment = (~byte >> 4) & 0x07;
  const magnitude = ((((~byte & 0x0f) << 3) + 132) << segment) - 132;
  return byte < 0x80 ? -magnitude : magnitude;
}

/** The first two segments have the same step; from the second on, a segment starts at a power of two. */
function alawFromMagnitude(magnitude: number): number {
  const clipped = Math.min(magnitude, 32767);
  const segment = Math.max(24 - Math.clz32(clipped), 0);
  const step = (clipped >> Math.max(segment + 3, 4)) & 0x0f;
  return (0x80 | (segment << 4) | step) ^ 0x55;
}

function sampleFromAlaw(byte: number): number {
  const code = byte ^ 0x55;
  const segment = (code >> 4) & 0x07;
  const middle = ((code & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? middle : (middle + 256) << (segment - 1);
  return code < 0x80 ? -magnitude : magnitude;
}
