import { afterEach, describe, expect, it, vi } from 'vitest';
import { realTiming } from '../engines/openai/timing.ts';
import { systemClock } from './clock.ts';

describe("the machine's clock", () => {
  afterEach(() => void vi.useRealTimers());

  it('waits for a session that may last a month', () => {
    vi.useFakeTimers();
    const ends = vi.fn<() => void>();
    systemClock().after(30 * 86_400_000, ends);
    vi.advanceTimersByTime(29 * 86_400_000);
    expect(ends).not.toHaveBeenCalled();
    vi.advanceTimersByTime(86_400_000);
    expect(ends).toHaveBeenCalledOnce();
  });
});

describe('the time that an endpoint has', () => {
  afterEach(() => void vi.useRealTimers());

  it.each([Number.POSITIVE_INFINITY, 30 * 86_400_000])('is not over at once where it is %d ms', (ms) => {
    vi.useFakeTimers();
    const late = vi.fn<() => void>();
    realTiming.after(ms, late);
    vi.advanceTimersByTime(24 * 86_400_000);
    expect(late).not.toHaveBeenCalled();
  });
});
