import { samplesToBytes } from './pcm16.ts';
import { wavCodecs } from './wav-encoding.ts';
import { readWavHead, type WavFormat, type WavHeaderOptions, type WavProblem, wavHeader } from './wav-header.ts';

/** A file that was read, or why it could not be. */
export type WavReading =
  | {
      readonly ok: true;
      readonly format: WavFormat;
      /** 16-bit samples whatever the file's encoding, channels interleaved: `toMono` makes one of them. */
      readonly samples: Int16Array;
    }
  | { readonly ok: false; readonly problem: WavProblem };

/**
 * Reads a whole WAV file: PCM of 8, 16, 24 and 32 bits, floating point, µ-law and A-law, plain or extensible. Other
 * chunks are passed over. A file that ends before its stated length gives the whole frames that are there, and a
 * stated length of 0 means all the rest. Never throws. 16-bit samples may share memory with `bytes`.
 */
export function readWav(bytes: Uint8Array): WavReading {
  const head = readWavHead(bytes);
  if (head.state === 'bad') return { ok: false, problem: head.problem };
  if (head.state === 'partial') return { ok: false, problem: 'truncated' };
  const { format, dataStart, dataBytes } = head;
  const codec = wavCodecs[format.encoding];
  const frameBytes = codec.bytesPerSample * format.channels;
  const length = Math.min(dataBytes, bytes.length - dataStart);
  const data = bytes.subarray(dataStart, dataStart + length - (length % frameBytes));
  return { ok: true, format, samples: codec.decode(data) };
}

/** A WAV file of 16-bit PCM samples, channels interleaved. */
export function writeWav(
  samples: Int16Array,
  { sampleRate, channels = 1 }: Omit<WavHeaderOptions, 'dataBytes' | 'encoding'>,
): Uint8Array {
  const header = wavHeader({ sampleRate, channels, dataBytes: samples.byteLength });
  const file = new Uint8Array(header.length + samples.byteLength);
  file.set(header);
  file.set(samplesToBytes(samples), header.length);
  return file;
}
