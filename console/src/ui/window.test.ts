import { describe, expect, it } from 'vitest';
import { scrollTo, windowOf } from './window.ts';

describe('a long list', () => {
  it('draws what can be seen, and a little more', () => {
    expect(windowOf(30_000, 600, 30, 100_000)).toEqual({ first: 992, end: 1028 });
    expect(windowOf(0, 600, 30, 100_000)).toEqual({ first: 0, end: 28 });
    expect(windowOf(0, 600, 30, 5)).toEqual({ first: 0, end: 5 });
  });

  it('draws nothing of nothing, and its end where it has become shorter', () => {
    expect(windowOf(0, 600, 30, 0)).toEqual({ first: 0, end: 0 });
    expect(windowOf(90_000, 600, 30, 10)).toEqual({ first: 2, end: 10 });
  });

  it('scrolls no further than it has to', () => {
    expect(scrollTo(5, 0, 600, 30)).toBe(0);
    expect(scrollTo(30, 0, 600, 30)).toBe(330);
    expect(scrollTo(2, 300, 600, 30)).toBe(60);
  });
});
