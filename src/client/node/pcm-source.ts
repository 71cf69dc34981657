import { type AudioFormatName, audioFormats, decodeSamples } from '../../audio/format.ts';
import { createFramer } from '../../audio/framer.ts';
import { toMono, wholeSamples } from '../../audio/pcm16.ts';
import { createResampler, type Resampler } from '../../audio/resample.ts';
import type { WavProblem } from '../../audio/wav-header.ts';
import { createWavReader } from '../../audio/wav-stream.ts';
import { type Clock, systemClock } from '../clock.ts';

/** What the bytes that come in are, and in what format the session gets them. */
export interface PcmSourceOptions {
  /** What the bytes are if they are no WAV file: mono, at the rate of the format. Default `audio/pcm`. */
  readonly format?: AudioFormatName;
  /** Samples per second of what comes in raw. Default: the format's own, 24,000 or 8,000. */
  readonly inputRate?: number;
  /** `detect` looks at the first bytes; a raw stream that begins like a WAV file must say `raw`. Default `detect`. */
  readonly container?: 'detect' | 'raw';
  /** Samples per second of the frames. Default 24,000; G.711 takes 8,000. */
  readonly sampleRate?: number;
  /** Length of a frame, in milliseconds; the last may be shorter. Default 20. */
  readonly frameMs?: number;
  /**
   * Gives frames no faster than they sound, as a microphone does. If the bytes come late, later frames are late too:
   * they never come in a burst. Default: as fast as they are read.
   */
  readonly paced?: boolean;
  /** Ends the frames when aborted, without an error. */
  readonly signal?: AbortSignal;
  /** Default: the machine's. */
  readonly clock?: Clock;
}

/** A WAV file that can't be read; `code` says why. */
export class WavError extends Error {
  override readonly name = 'WavError';
  readonly code: WavProblem;

  constructor(code: WavProblem) {
    super(`This WAV file can’t be read: ${code}.`);
    this.code = code;
  }
}

const defaultSampleRate = 24_000;
const defaultFrameMs = 20;

/**
 * Frames of 16-bit mono samples from a stream of bytes: the output of `arecord` or `ffmpeg`, a file, standard input.
 * The stream is read no faster than the frames are taken.
 *
 * @throws {WavError} while it is read, for a WAV file that makes no sense
 */
export async function* pcmSource(
  bytes: AsyncIterable<Uint8Array>,
  options: PcmSourceOptions = {},
): AsyncGenerator<Int16Array<ArrayBufferLike>, void, undefined> {
  const { sampleRate = defaultSampleRate, frameMs = defaultFrameMs, paced = false, signal } = options;
  const framer = createFramer(Math.round((sampleRate * frameMs) / 1000));
  const wait = paced ? pacer(frameMs, options.clock ?? systemClock, signal) : null;
  for await (const samples of samplesOf(bytes, options, sampleRate)) {
    for (const frame of samples === null ? [framer.flush()] : framer.push(samples)) {
      if (frame.length === 0) continue;
      // One at a time is the point.
      // oxlint-disable-next-line no-await-in-loop
      await wait?.();
      if (signal?.aborted === true) return;
      yield frame;
    }
  }
}

/** All samples at the wanted rate, as they become certain, then null. */
async function* samplesOf(
  bytes: AsyncIterable<Uint8Array>,
  options: PcmSourceOptions,
  sampleRate: number,
): AsyncGenerator<Int16Array | null, void, undefined> {
  const decode = options.container === 'raw' ? rawDecoder(options) : detectingDecoder(options);
  let resampler: Resampler<Int16Array> | null = null;
  for await (const chunk of bytes) {
    const { samples, rate } = decode(chunk, false);
    if (samples.length === 0) continue;
    resampler ??= createResampler(rate, sampleRate);
    yield resampler.push(samples);
  }
  const { samples, rate } = decode(new Uint8Array(0), true);
  resampler ??= createResampler(rate, sampleRate);
  yield resampler.push(samples);
  yield resampler.flush();
  yield null;
}

interface Decoded {
  /** Mono samples that are whole by now. */
  readonly samples: Int16Array;
  readonly rate: number;
}

type Decoder = (chunk: Uint8Array, isEnd: boolean) => Decoded;

function rawDecoder({ format = 'audio/pcm', inputRate }: PcmSourceOptions): Decoder {
  const rate = inputRate ?? audioFormats[format].sampleRate;
  let spare: number | null = null;
  return (chunk) => {
    if (format !== 'audio/pcm') return { samples: decodeSamples(chunk, format), rate };
    const whole = wholeSamples(spare, chunk);
    spare = whole.spare;
    return { samples: decodeSamples(whole.bytes, format), rate };
  };
}

function wavDecoder(): Decoder {
  const reader = createWavReader();
  return (chunk, isEnd) => {
    const samples = reader.push(chunk);
    const { head } = reader;
    if (head.state === 'bad') throw new WavError(head.problem);
    if (head.state === 'ready') return { samples: toMono(samples, head.format.channels), rate: head.format.sampleRate };
    if (isEnd) throw new WavError('truncated');
    return { samples, rate: defaultSampleRate };
  };
}

/** Bytes that tell a WAV file: `RIFF`, its length, `WAVE`. */
const tellingBytes = 12;

function detectingDecoder(options: PcmSourceOptions): Decoder {
  let first: Uint8Array = new Uint8Array(0);
  let decode: Decoder | null = null;
  return (chunk, isEnd) => {
    if (decode !== null) return decode(chunk, isEnd);
    first = Buffer.concat([first, chunk]);
    if (first.length < tellingBytes && !isEnd) return { samples: new Int16Array(0), rate: defaultSampleRate };
    decode = isWav(first) ? wavDecoder() : rawDecoder(options);
    return decode(first, isEnd);
  };
}

function isWav(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.subarray(0, tellingBytes)).toString('latin1');
  return text.startsWith('RIFF') && text.endsWith('WAVE');
}

/** Gives a wait of one frame's length after the other. */
function pacer(frameMs: number, clock: Clock, signal: AbortSignal | undefined): () => Promise<void> {
  let due = clock.now();
  return async () => {
    const now = clock.now();
    due = Math.max(due, now - frameMs);
    if (due > now) await passed(due - now, clock, signal);
    due += frameMs;
  };
}

function passed(ms: number, clock: Clock, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    signal?.addEventListener('abort', done);
  });
}
