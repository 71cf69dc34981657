import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type After, longAfter, longestTimerMs } from './long-after.ts';

/** Fires what is set for too long at once, as platforms do. */
const platform: After = (ms, run) => {
  const timer = setTimeout(run, ms > longestTimerMs ? 1 : ms);
  return () => clearTimeout(timer);
};
const after = longAfter(platform);
const day = 86_400_000;

describe('a time to wait', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each([5, longestTimerMs, longestTimerMs + 1, 30 * day, 100 * day])(
    'of %d ms is over then, and not before',
    (ms) => {
      const run = vi.fn<() => void>();
      after(ms, run);
      vi.advanceTimersByTime(ms - 1);
      expect(run).not.toHaveBeenCalled();
      vi.advanceTimersByTime(1);
      expect(run).toHaveBeenCalledOnce();
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  it('without an end sets no timer', () => {
    after(Number.POSITIVE_INFINITY, vi.fn<() => void>())();
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([0, -1, Number.NEGATIVE_INFINITY, Number.NaN, 'soon' as unknown as number])('of %s is over at once', (ms) => {
    const run = vi.fn<() => void>();
    after(ms, run);
    vi.advanceTimersByTime(0);
    expect(run).toHaveBeenCalledOnce();
  });

  it('can be called off in any of its steps', () => {
    const run = vi.fn<() => void>();
    const cancel = after(60 * day, run);
    vi.advanceTimersByTime(40 * day);
    cancel();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(100 * day);
    expect(run).not.toHaveBeenCalled();
  });
});
