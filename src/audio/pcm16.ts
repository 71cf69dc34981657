/** 16-bit PCM: its little-endian bytes, and the same samples as floating point. */

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * The samples in little-endian bytes. Shares memory with `bytes` where the platform is little-endian and the bytes
 * start at an even offset, and copies otherwise. A trailing odd byte is left out.
 */
export function bytesToSamples(bytes: Uint8Array): Int16Array {
  const count = bytes.byteLength >> 1;
  if (!littleEndian) return readSamples(bytes);
  if (bytes.byteOffset % 2 === 0) return new Int16Array(bytes.buffer, bytes.byteOffset, count);
  return new Int16Array(new Uint8Array(bytes).buffer, 0, count);
}

/** The little-endian bytes of samples. Shares memory with `samples` on little-endian platforms. */
export function samplesToBytes(samples: Int16Array): Uint8Array {
  if (!littleEndian) return writeSamples(samples);
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}

/** `bytesToSamples` by arithmetic: right on every platform, and always a copy. */
export function readSamples(bytes: Uint8Array): Int16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Int16Array.from({ length: bytes.byteLength >> 1 }, (_, i) => view.getInt16(2 * i, true));
}

/** `samplesToBytes` by arithmetic: right on every platform, and always a copy. */
export function writeSamples(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(2 * samples.length);
  const view = new DataView(bytes.buffer);
  samples.forEach((sample, i) => view.setInt16(2 * i, sample, true));
  return bytes;
}

/** Samples scaled to −1 … 1: 32768 becomes 1, so full-scale positive is just below it. */
export function int16ToFloat32(samples: Int16Array): Float32Array {
  const floats = new Float32Array(samples.length);
  for (let i = 0; i < samples.length; i++) floats[i] = (samples[i] ?? 0) / 32768;
  return floats;
}

/** Samples of −1 … 1 as 16 bits, rounded to the nearest; what lies outside is clipped, and NaN is silence. */
export function float32ToInt16(floats: Float32Array): Int16Array {
  const samples = new Int16Array(floats.length);
  for (let i = 0; i < floats.length; i++) samples[i] = toInt16((floats[i] ?? 0) * 32768);
  return samples;
}

/** The nearest 16-bit value, clipped; NaN becomes 0 when it is stored. */
export function toInt16(value: number): number {
  return Math.round(Math.max(-32768, Math.min(32767, value)));
}

/** One channel from interleaved channels: their mean. A single channel comes back as it is. */
export function toMono(samples: Int16Array, channels: number): Int16Array {
  if (channels === 1) return samples;
  const mono = new Int16Array(Math.floor(samples.length / channels));
  for (let frame = 0; frame < mono.length; frame++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += samples[frame * channels + channel] ?? 0;
    mono[frame] = Math.round(sum / channels);
  }
  return mono;
}

/** Bytes cut at sample boundaries, and the byte that waits for its other half. */
export interface WholeSamples {
  /** An even number of bytes. */
  readonly bytes: Uint8Array;
  /** The first half of a sample that has not come whole, or null. */
  readonly spare: number | null;
}

/**
 * Joins the spare byte of earlier PCM to a chunk and cuts the result at a sample boundary (behaviour §2.1). Begin with
 * null and pass each `spare` on. Copies only when there was a spare byte.
 */
export function wholeSamples(spare: number | null, chunk: Uint8Array): WholeSamples {
  const length = chunk.length + (spare === null ? 0 : 1);
  const last = length % 2 === 0 ? null : (chunk.at(-1) ?? spare);
  const used = last === null ? chunk : chunk.subarray(0, -1);
  if (spare === null || length === 1) return { bytes: used, spare: last };
  const bytes = new Uint8Array(used.length + 1);
  bytes[0] = spare;
  bytes.set(used, 1);
  return { bytes, spare: last };
}
