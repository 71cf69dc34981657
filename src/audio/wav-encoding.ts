import { alawToSamples, ulawToSamples } from './g711.ts';
import { bytesToSamples, toInt16 } from './pcm16.ts';

/** The ways to hold a sample that WAV files may use. */
const wavEncodings = ['pcm8', 'pcm16', 'pcm24', 'pcm32', 'float32', 'float64', 'ulaw', 'alaw'] as const;

/** How a WAV file holds a sample. */
export type WavEncoding = (typeof wavEncodings)[number];

interface WavCodec {
  /** The header's mark: 1 for PCM, 3 for floating point, 6 for A-law, 7 for µ-law. */
  readonly tag: number;
  readonly bytesPerSample: number;
  /** 16-bit samples of whole samples. Wider ones are rounded and clipped; of 16 bits the result may share memory. */
  decode(bytes: Uint8Array): Int16Array;
}

export const wavCodecs: Readonly<Record<WavEncoding, WavCodec>> = {
  pcm8: { tag: 1, bytesPerSample: 1, decode: (bytes) => Int16Array.from(bytes, (byte) => (byte - 128) << 8) },
  pcm16: { tag: 1, bytesPerSample: 2, decode: bytesToSamples },
  pcm24: numbers(1, 3, (view, at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 65536) / 256),
  pcm32: numbers(1, 4, (view, at) => view.getInt32(at, true) / 65536),
  float32: numbers(3, 4, (view, at) => view.getFloat32(at, true) * 32768),
  float64: numbers(3, 8, (view, at) => view.getFloat64(at, true) * 32768),
  ulaw: { tag: 7, bytesPerSample: 1, decode: ulawToSamples },
  alaw: { tag: 6, bytesPerSample: 1, decode: alawToSamples },
};

/** The encoding that a header's tag and sample size name, or null. */
export function wavEncoding(tag: number, bitsPerSample: number): WavEncoding | null {
  const fits = (name: WavEncoding) =>
    wavCodecs[name].tag === tag && wavCodecs[name].bytesPerSample * 8 === bitsPerSample;
  return wavEncodings.find(fits) ?? null;
}

/** A codec of numbers that `read` brings to the scale of 16 bits. */
function numbers(tag: number, bytesPerSample: number, read: (view: DataView, at: number) => number): WavCodec {
  return {
    tag,
    bytesPerSample,
    decode(bytes) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const samples = new Int16Array(Math.floor(bytes.length / bytesPerSample));
      for (let i = 0; i < samples.length; i++) samples[i] = toInt16(read(view, i * bytesPerSample));
      return samples;
    },
  };
}
