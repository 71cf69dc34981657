/** Labels of one series, by name. */
export type Labels = Readonly<Record<string, string>>;

/** A number with its labels. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** Numbers that only grow, one for each set of labels that came up. */
export class Counts {
  readonly #samples = new Map<string, { readonly labels: Labels; value: number }>();

  add(labels: Labels, by = 1): void {
    const key = Object.values(labels).join('\n');
    const sample = this.#samples.get(key);
    if (sample === undefined) this.#samples.set(key, { labels, value: by });
    else sample.value += by;
  }

  get samples(): readonly Sample[] {
    return [...this.#samples.values()];
  }
}

/** How often values fell into each bucket. */
export interface Distribution {
  readonly labels: Labels;
  /** One for each of `latencyBounds`, each value counted once; values above the last bound are in `count` only. */
  readonly buckets: readonly number[];
  readonly sum: number;
  readonly count: number;
}

/** Upper bounds of latencies in seconds, closest together where a listener begins to notice. */
export const latencyBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2.5, 5, 10] as const;

/** Latencies by the stage that was reached. */
export class Latencies<Stage extends string> {
  readonly #byStage = new Map<Stage, { readonly buckets: number[]; sum: number; count: number }>();

  add(stage: Stage, ms: number): void {
    const seconds = ms / 1000;
    const kept = this.#byStage.get(stage) ?? { buckets: latencyBounds.map(() => 0), sum: 0, count: 0 };
    const bucket = latencyBounds.findIndex((bound) => seconds <= bound);
    if (bucket >= 0) kept.buckets[bucket] = (kept.buckets[bucket] ?? 0) + 1;
    kept.sum += seconds;
    kept.count += 1;
    this.#byStage.set(stage, kept);
  }

  get distributions(): readonly Distribution[] {
    return Array.from(this.#byStage, ([stage, kept]) => ({ labels: { stage }, ...kept }));
  }
}
