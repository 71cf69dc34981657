import { describe, expect, it } from 'vitest';
import { Counts, Latencies, latencyBounds } from './series.ts';

describe('counts', () => {
  it('grow apart for each set of labels', () => {
    const counts = new Counts();
    counts.add({ a: 'x', b: 'y' });
    counts.add({ a: 'x', b: 'y' }, 2);
    counts.add({ a: 'xy', b: '' });
    expect(counts.samples).toEqual([
      { labels: { a: 'x', b: 'y' }, value: 3 },
      { labels: { a: 'xy', b: '' }, value: 1 },
    ]);
  });
});

describe('latencies', () => {
  it('fall into the first bucket that holds them, and are summed in seconds', () => {
    const latencies = new Latencies<'done'>();
    for (const ms of [0, 5, 6, 9_999, 60_000]) latencies.add('done', ms);
    const [distribution] = latencies.distributions;
    expect(distribution?.labels).toEqual({ stage: 'done' });
    expect(distribution?.count).toBe(5);
    expect(distribution?.sum).toBeCloseTo(70.01);
    const filled = latencyBounds
      .map((bound, index) => [bound, distribution?.buckets[index]])
      .filter(([, n]) => n !== 0);
    expect(filled).toEqual([
      [0.005, 2],
      [0.01, 1],
      [10, 1],
    ]);
  });
});
