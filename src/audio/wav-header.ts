import { type WavEncoding, wavCodecs, wavEncoding } from './wav-encoding.ts';

/** What a WAV file's header says of its samples. */
export interface WavFormat {
  readonly encoding: WavEncoding;
  /** Interleaved channels, 1 or more. */
  readonly channels: number;
  /** Samples per second and channel. */
  readonly sampleRate: number;
}

/**
 * Why bytes are no WAV file that can be read: another kind of file (`not_wav`), an end before the samples begin
 * (`truncated`), samples before their format or a format that makes no sense (`bad_format`), samples in an encoding
 * that is not known here (`unknown_encoding`), or, in a stream, more than 64 KiB before the samples
 * (`long_header`).
 */
export type WavProblem = 'not_wav' | 'truncated' | 'bad_format' | 'unknown_encoding' | 'long_header';

/** What the beginning of a file tells: nothing certain yet, where the samples are, or that it cannot be read. */
export type WavHead =
  | { readonly state: 'partial' }
  | { readonly state: 'ready'; readonly format: WavFormat; readonly dataStart: number; readonly dataBytes: number }
  | { readonly state: 'bad'; readonly problem: WavProblem };

/** The tag of a format whose real tag stands further on. */
const extensible = 0xfffe;

/**
 * Reads a header from the first bytes of a file. `dataBytes` is the length that the header states: the file may end
 * sooner. It is Infinity for a length of 0, which writers to a pipe leave there.
 */
export function readWavHead(bytes: Uint8Array): WavHead {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!startsAs(bytes, 0, 'RIFF') || !startsAs(bytes, 8, 'WAVE')) return { state: 'bad', problem: 'not_wav' };
  let format: WavFormat | null = null;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    if (startsAs(bytes, at, 'data')) {
      if (format === null) return { state: 'bad', problem: 'bad_format' };
      return { state: 'ready', format, dataStart: body, dataBytes: size === 0 ? Infinity : size };
    }
    if (startsAs(bytes, at, 'fmt ')) {
      if (body + size > bytes.length) break;
      const read = readFormat(new DataView(view.buffer, view.byteOffset + body, size));
      if (typeof read === 'string') return { state: 'bad', problem: read };
      format = read;
    }
    at = body + size + (size % 2);
  }
  return { state: 'partial' };
}

function readFormat(chunk: DataView): WavFormat | WavProblem {
  if (chunk.byteLength < 16) return 'bad_format';
  const plainTag = chunk.getUint16(0, true);
  if (plainTag === extensible && chunk.byteLength < 26) return 'bad_format';
  const encoding = wavEncoding(
    plainTag === extensible ? chunk.getUint16(24, true) : plainTag,
    chunk.getUint16(14, true),
  );
  if (encoding === null) return 'unknown_encoding';
  const channels = chunk.getUint16(2, true);
  const sampleRate = chunk.getUint32(4, true);
  return channels === 0 || sampleRate === 0 ? 'bad_format' : { encoding, channels, sampleRate };
}

/** Whether `text` stands at a place, as far as the bytes go. */
function startsAs(bytes: Uint8Array, at: number, text: string): boolean {
  return [...text].every((character, i) => at + i >= bytes.length || bytes[at + i] === character.charCodeAt(0));
}

/** What a header is written for. */
export interface WavHeaderOptions {
  /** Samples per second and channel. */
  readonly sampleRate: number;
  /** Default 1. */
  readonly channels?: number;
  /** Default `pcm16`. */
  readonly encoding?: WavEncoding;
  /** Bytes of samples that will follow. Default: not known yet, written as the greatest length. */
  readonly dataBytes?: number;
}

const greatestSize = 0xffff_ffff;
const headerBytes = 44;

/** The 44 bytes before samples, 16-bit PCM unless another encoding is named. */
export function wavHeader({
  sampleRate,
  channels = 1,
  encoding = 'pcm16',
  dataBytes = greatestSize,
}: WavHeaderOptions): Uint8Array {
  const { tag, bytesPerSample } = wavCodecs[encoding];
  const bytes = new Uint8Array(headerBytes);
  const view = new DataView(bytes.buffer);
  const text = (at: number, name: string) =>
    bytes.set(
      Uint8Array.from(name, (character) => character.charCodeAt(0)),
      at,
    );
  text(0, 'RIFF');
  view.setUint32(4, Math.min(headerBytes - 8 + dataBytes, greatestSize), true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, tag, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * channels * bytesPerSample, true);
  view.setUint16(32, channels * bytesPerSample, true);
  view.setUint16(34, bytesPerSample * 8, true);
  text(36, 'data');
  view.setUint32(40, Math.min(dataBytes, greatestSize), true);
  return bytes;
}
