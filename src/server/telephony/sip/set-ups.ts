/** Calls that a source may set up at once, and in each second. */
const perSecond = 50;
/** Sources that are remembered; those that have been quiet for long enough are forgotten first. */
const maxSources = 10_000;

interface Bucket {
  left: number;
  at: number;
}

/** How many calls each source sets up: a bucket of tokens that fills again as time passes. */
export class SetUps {
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether the source may set up one more. */
  take(source: string): boolean {
    const now = this.#now();
    const bucket = this.#buckets.get(source) ?? this.#add(source, now);
    bucket.left = filled(bucket, now);
    bucket.at = now;
    if (bucket.left < 1) return false;
    bucket.left -= 1;
    return true;
  }

  #add(source: string, now: number): Bucket {
    if (this.#buckets.size >= maxSources) {
      for (const [name, bucket] of this.#buckets) if (filled(bucket, now) >= perSecond) this.#buckets.delete(name);
    }
    const bucket = { left: perSecond, at: now };
    this.#buckets.set(source, bucket);
    return bucket;
  }
}

function filled({ left, at }: Bucket, now: number): number {
  return Math.min(perSecond, left + ((now - at) * perSecond) / 1000);
}
