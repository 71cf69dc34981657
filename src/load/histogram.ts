/** Values of equal buckets up to here, in microseconds; above it every bucket is a thousandth of its value wide. */
const exact = 2048;
const mantissa = exact / 2;

/** A histogram as data: buckets and how often each was hit, and the largest value in milliseconds. */
export interface HistogramData {
  readonly counts: readonly (readonly [number, number])[];
  readonly max: number;
}

/** Durations in milliseconds, kept to a thousandth of their value however many there are. */
export class Histogram {
  readonly #counts = new Map<number, number>();
  #count = 0;
  #max = 0;

  get count(): number {
    return this.#count;
  }

  /** The largest that was recorded; null where nothing was. */
  get max(): number | null {
    return this.#count === 0 ? null : this.#max;
  }

  /** A negative duration counts as none. */
  record(ms: number): void {
    const held = Math.max(0, ms);
    this.#add(bucketOf(Math.round(held * 1000)), 1);
    this.#max = Math.max(this.#max, held);
  }

  /** What so large a share of them, from 0 to 1, does not exceed; null where nothing was recorded. */
  percentile(share: number): number | null {
    const rank = Math.max(1, Math.ceil(share * this.#count));
    let seen = 0;
    for (const [bucket, count] of [...this.#counts].toSorted(([a], [b]) => a - b)) {
      seen += count;
      if (seen >= rank) return Math.min(this.#max, middleOf(bucket) / 1000);
    }
    return null;
  }

  merge({ counts, max }: HistogramData): void {
    for (const [bucket, count] of counts) this.#add(bucket, count);
    this.#max = Math.max(this.#max, max);
  }

  get data(): HistogramData {
    return { counts: [...this.#counts], max: this.#max };
  }

  #add(bucket: number, count: number): void {
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
    this.#count += count;
  }
}

function bucketOf(us: number): number {
  if (us < exact) return us;
  const shift = Math.floor(Math.log2(us)) - Math.log2(mantissa);
  return shift * mantissa + Math.floor(us / 2 ** shift);
}

function middleOf(bucket: number): number {
  if (bucket < exact) return bucket;
  const shift = Math.floor(bucket / mantissa) - 1;
  return (bucket - shift * mantissa + 0.5) * 2 ** shift;
}
