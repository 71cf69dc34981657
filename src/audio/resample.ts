import { makePhaseFilter, type PhaseFilter } from './kaiser.ts';
import { toInt16 } from './pcm16.ts';

/** Changes the rate of one mono stream, chunk by chunk. */
export interface Resampler<Samples extends Int16Array | Float32Array> {
  /** Takes the next samples and gives the output that is certain by now, which at first is none. */
  push(samples: Samples): Samples;
  /**
   * Ends the stream and gives the rest, as though silence followed. All outputs together hold
   * round(inputs · toRate / fromRate) samples. The next `push` begins a new stream.
   */
  flush(): Samples;
}

/** The kinds of samples a resampler takes and gives: 16-bit, or floating point of −1 … 1 (which it does not clip). */
export interface SampleKinds {
  readonly int16: Int16Array;
  readonly float32: Float32Array;
}

/** What differs between kinds: a new array, and what may be stored in it. */
interface Kind<Samples> {
  make(length: number): Samples;
  quantise(value: number): number;
}

/** Both reduced rates are at most this, which bounds a filter's table at 1.3 MB. */
const maxReducedRate = 1280;

/** Input samples taken into the window at a time. */
const blockSamples = 1024;

const int16: Kind<Int16Array> = { make: (length) => new Int16Array(length), quantise: toInt16 };
const float32: Kind<Float32Array> = { make: (length) => new Float32Array(length), quantise: (value) => value };

/**
 * A resampler between two rates in Hz; `kind` is of the samples on both sides.
 *
 * Flat up to 90 % of the lower Nyquist frequency, and 100 dB down from that Nyquist frequency on. Output sample n is
 * the input at the time n / toRate: the filter's delay is taken out, at the price of a look-ahead of 64 samples of the
 * lower rate (2.7 ms at 24 kHz, 4 ms at 16 kHz, 8 ms at 8 kHz). How the input is cut into chunks changes no bit of the
 * output. Equal rates pass on the arrays themselves.
 *
 * Throws a RangeError for rates that are not whole and positive, or whose common divisor is too small (any two of 8,
 * 11.025, 12, 16, 22.05, 24, 32, 44.1, 48 and 96 kHz will do).
 */
export function createResampler(fromRate: number, toRate: number, kind?: 'int16'): Resampler<Int16Array>;
export function createResampler(fromRate: number, toRate: number, kind: 'float32'): Resampler<Float32Array>;
export function createResampler(
  fromRate: number,
  toRate: number,
  kind: keyof SampleKinds = 'int16',
): Resampler<Int16Array> | Resampler<Float32Array> {
  const filter = filterFor(fromRate, toRate);
  return kind === 'int16' ? resampler(filter, int16) : resampler(filter, float32);
}

/** Tables are pure and the same for every stream of a pair of rates, so they are made once. */
const filters = new Map<string, PhaseFilter>();

/** Whether `createResampler` takes a pair of rates. */
export function canResample(fromRate: number, toRate: number): boolean {
  const whole = Number.isSafeInteger(fromRate) && Number.isSafeInteger(toRate) && fromRate > 0 && toRate > 0;
  return whole && Math.max(fromRate, toRate) / greatestCommonDivisor(fromRate, toRate) <= maxReducedRate;
}

function filterFor(fromRate: number, toRate: number): PhaseFilter {
  if (!canResample(fromRate, toRate)) throw new RangeError(`No resampling from ${fromRate} Hz to ${toRate} Hz.`);
  const divisor = greatestCommonDivisor(fromRate, toRate);
  const up = toRate / divisor;
  const down = fromRate / divisor;
  const key = `${up}/${down}`;
  const filter = filters.get(key) ?? makePhaseFilter(up, down);
  filters.set(key, filter);
  return filter;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 || !Number.isFinite(a % b) ? a : greatestCommonDivisor(b, a % b);
}

function resampler<Samples extends Int16Array | Float32Array>(
  filter: PhaseFilter,
  kind: Kind<Samples>,
): Resampler<Samples> {
  const { up, down, reach } = filter;
  if (up === down) return { push: (samples) => samples, flush: () => kind.make(0) };
  let stream = beginStream(filter);
  let pushed = 0;
  let given = 0;

  /** Room for all outputs before number `end`. */
  const roomUpTo = (end: number): Samples => {
    const output = kind.make(Math.max(0, end - given));
    given += output.length;
    return output;
  };
  return {
    push(samples) {
      pushed += samples.length;
      const output = roomUpTo(Math.ceil(((pushed - reach) * up) / down));
      run(stream, samples, output, kind.quantise);
      return output;
    },
    flush() {
      const output = roomUpTo(Math.round((pushed * up) / down));
      run(stream, new Int16Array(reach), output, kind.quantise);
      stream = beginStream(filter);
      pushed = 0;
      given = 0;
      return output;
    },
  };
}

/** Where a stream stands. */
interface Stream {
  readonly filter: PhaseFilter;
  /** The inputs that outputs to come still need, then room for a block. */
  readonly window: Float64Array;
  /** Samples in the window. */
  held: number;
  /** The first input, as a place in the window, that the next output needs. */
  at: number;
  /** The row of the filter that the next output takes. */
  phase: number;
}

/** The window begins with the silence before the first sample. */
function beginStream(filter: PhaseFilter): Stream {
  return { filter, window: new Float64Array(2 * filter.reach + blockSamples), held: filter.reach - 1, at: 0, phase: 0 };
}

/** Takes all of `input` and fills `output`, which is as long as the outputs that have become possible, or shorter. */
function run(
  stream: Stream,
  input: Int16Array | Float32Array,
  output: Int16Array | Float32Array,
  quantise: (value: number) => number,
): void {
  let done = 0;
  for (let taken = 0; taken < input.length; ) {
    const block = input.subarray(taken, taken + stream.window.length - stream.held);
    stream.window.set(block, stream.held);
    stream.held += block.length;
    taken += block.length;
    done = produce(stream, output, done, quantise);
    stream.window.copyWithin(0, stream.at, stream.held);
    stream.held -= stream.at;
    stream.at = 0;
  }
}

/** Makes the outputs that the window allows, from `output[from]` on; gives the place after the last. */
function produce(
  stream: Stream,
  output: Int16Array | Float32Array,
  from: number,
  quantise: (value: number) => number,
): number {
  const { up, down, reach, rows } = stream.filter;
  const taps = 2 * reach;
  let to = from;
  for (; to < output.length && stream.at + taps <= stream.held; to++) {
    output[to] = quantise(dot(rows, stream.phase * taps, stream.window, stream.at, taps));
    stream.phase += down;
    const step = Math.floor(stream.phase / up);
    stream.at += step;
    stream.phase -= step * up;
  }
  return to;
}

/**
 * The sum of products of `length` neighbours, a multiple of four. All the time goes here: four sums that do not wait
 * for one another are a quarter faster than one.
 */
function dot(a: Float64Array, fromA: number, b: Float64Array, fromB: number, length: number): number {
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  for (let i = fromA, j = fromB; i < fromA + length; i += 4, j += 4) {
    sum0 += (a[i] ?? 0) * (b[j] ?? 0);
    sum1 += (a[i + 1] ?? 0) * (b[j + 1] ?? 0);
    sum2 += (a[i + 2] ?? 0) * (b[j + 2] ?? 0);
    sum3 += (a[i + 3] ?? 0) * (b[j + 3] ?? 0);
  }
  return sum0 + sum1 + (sum2 + sum3);
}
