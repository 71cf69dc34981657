import { wavCodecs } from './wav-encoding.ts';
import { readWavHead, type WavFormat, type WavHead } from './wav-header.ts';

/** Reads a WAV file while it comes, as from the output of another program. */
export interface WavReader {
  /** What is known of the file by now. If it is still `partial` when the file ends, the file was cut short. */
  readonly head: WavHead;
  /**
   * Takes the next bytes and gives the samples that are whole by now, 16-bit and with channels interleaved whatever
   * the encoding; none before the header has come, after the stated length, or from a file that is `bad`. 16-bit
   * samples may share memory with `bytes`.
   */
  push(bytes: Uint8Array): Int16Array;
}

/** Header bytes that a stream may send before its first sample. */
const maxHeaderBytes = 65_536;

const nothing: Uint8Array = new Uint8Array(0);

/** Makes a reader for one file. Never throws. */
export function createWavReader(): WavReader {
  let head: WavHead = { state: 'partial' };
  let waiting = nothing;
  let leftBytes = 0;

  /** Keeps the header's bytes until it is whole; gives the bytes after it. */
  function takeHead(bytes: Uint8Array): Uint8Array {
    head = readWavHead(bytes);
    if (head.state === 'partial' && bytes.length > maxHeaderBytes) head = { state: 'bad', problem: 'long_header' };
    waiting = head.state === 'partial' ? new Uint8Array(bytes) : nothing;
    if (head.state !== 'ready') return nothing;
    leftBytes = head.dataBytes;
    return bytes.subarray(head.dataStart);
  }

  /** Decodes the whole frames and keeps the rest of the bytes. */
  function takeFrames(bytes: Uint8Array, { encoding, channels }: WavFormat): Int16Array {
    const codec = wavCodecs[encoding];
    const frameBytes = codec.bytesPerSample * channels;
    const length = Math.min(bytes.length, leftBytes);
    const whole = length - (length % frameBytes);
    leftBytes -= whole;
    waiting = new Uint8Array(bytes.subarray(whole, length));
    return codec.decode(bytes.subarray(0, whole));
  }

  return {
    get head() {
      return head;
    },
    push(chunk) {
      const all = joined(waiting, chunk);
      const bytes = head.state === 'partial' ? takeHead(all) : all;
      return head.state === 'ready' ? takeFrames(bytes, head.format) : new Int16Array(0);
    },
  };
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
